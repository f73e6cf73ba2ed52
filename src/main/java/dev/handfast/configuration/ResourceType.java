package dev.handfast.configuration;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** The kinds of named things that an administrator configures, in the order of reference. */
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

  /** The key in the configuration document: {@code trustBundles}. */
  public String documentKey() {
    StringBuilder key = new StringBuilder();
    for (String word : path.split("-", -1)) {
      key.append(
          key.isEmpty() ? word : word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1));
    }
    return key.toString();
  }

  /** The type with this key in the configuration document, or empty. */
  public static Optional<ResourceType> ofDocumentKey(String key) {
    return Arrays.stream(values()).filter(type -> type.documentKey().equals(key)).findFirst();
  }

  /** The name in a sentence: {@code trust bundle}. */
  public String text() {
    return name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }
}
