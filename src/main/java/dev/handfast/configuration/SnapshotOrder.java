package dev.handfast.configuration;

/**
 * The order in which features reload on {@link ConfigurationChanged}: what is referred to, first.
 */
public final class SnapshotOrder {

  public static final int PROFILES = 10;
  public static final int CERTIFICATES = 10;
  public static final int CLIENT_AUTH = 20;
  public static final int LISTENERS = 30;
  public static final int SERVED_CERTIFICATES = 40;

  private SnapshotOrder() {}
}
