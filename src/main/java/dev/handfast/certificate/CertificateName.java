package dev.handfast.certificate;

import dev.handfast.configuration.InvalidConfigurationException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The names that certificates may have: fit for a URL, a file name and a metric's label. */
final class CertificateName {

  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,99}");

  private CertificateName() {}

  /**
   * The name, if it may be one.
   *
   * @throws InvalidConfigurationException otherwise
   */
  static String require(@Nullable String name) {
    if (name == null || !isName(name)) {
      throw new InvalidConfigurationException(
          "name",
          "%s (expected: 1..100 letters, digits, '.', '_' or '-', the first a letter or digit)"
              .formatted(name == null ? "missing" : "'" + name + "'"));
    }
    return name;
  }

  static boolean isName(String text) {
    return NAME.matcher(text).matches();
  }
}
