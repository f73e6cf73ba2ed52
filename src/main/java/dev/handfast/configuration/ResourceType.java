package dev.handfast.configuration;

import java.util.Locale;

/** The kinds of named things that an administrator configures. */
public enum ResourceType {
  CERTIFICATE("certificates"),
  TRUST_BUNDLE("trust-bundles"),
  CLIENT_AUTH_POLICY("client-auth-policies"),
  TLS_PROFILE("tls-profiles"),
  LISTENER("listeners");

  private final String path;

  ResourceType(String path) {
    this.path = path;
  }

  /** The collection's path segment under {@code /api/v1}. */
  public String path() {
    return path;
  }

  /** The name in a sentence: {@code trust bundle}. */
  public String text() {
    return name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }
}
