package dev.handfast.configuration;

import org.springframework.core.Ordered;

/** The order in which an instance takes what it finds at start: what is referred to, first. */
public final class StartOrder {

  /** Certificates in a watched directory. */
  public static final int CERTIFICATE_DIRECTORY = Ordered.HIGHEST_PRECEDENCE;

  /** The configuration file, which may name these certificates. */
  public static final int CONFIGURATION_FILE = CERTIFICATE_DIRECTORY + 10;

  /** What the first start makes if neither brought anything. */
  public static final int BOOTSTRAP = CONFIGURATION_FILE + 10;

  /** The management port's TLS, from what any of them made or an earlier start left. */
  public static final int MANAGEMENT_TLS = BOOTSTRAP + 10;

  private StartOrder() {}
}
