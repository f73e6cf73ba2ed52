package dev.handfast.configuration;

import java.nio.charset.StandardCharsets;

/** Anything as a configuration document: read, or refused with violations. */
public final class ConfigurationDocumentFuzz {

  private ConfigurationDocumentFuzz() {}

  /** Called by the fuzzer. */
  public static void fuzzerTestOneInput(byte[] data) {
    try {
      ConfigurationDocument.parse(new String(data, StandardCharsets.UTF_8));
    } catch (InvalidConfigurationException refused) {
      if (refused.violations().isEmpty()) {
        throw new AssertionError("refused without a violation", refused);
      }
    }
  }
}
