package dev.handfast.configuration;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What names of configured things look like: they appear in paths, metrics and file names. */
public final class ResourceName {

  private static final int MAX_LENGTH = 63;
  private static final Pattern FORM = Pattern.compile("[a-z0-9]([a-z0-9._-]*[a-z0-9])?");

  private ResourceName() {}

  /**
   * The name, if it is one.
   *
   * @throws InvalidConfigurationException if it is not
   */
  public static String require(@Nullable String name) {
    Violations violations = new Violations();
    check(violations, name);
    violations.throwIfAny();
    return String.valueOf(name);
  }

  /** Adds a violation of the field {@code name} unless this is a name. */
  public static void check(Violations violations, @Nullable String name) {
    check(violations, "name", name);
  }

  /** Adds a violation of a field unless its value is a name. */
  public static void check(Violations violations, String field, @Nullable String name) {
    if (name == null || name.isEmpty()) {
      violations.reject(field, "is missing (expected: a name such as web-1)");
    } else if (name.length() > MAX_LENGTH) {
      violations.reject(
          field, "%d characters (expected: 1..%d)".formatted(name.length(), MAX_LENGTH));
    } else if (!FORM.matcher(name).matches()) {
      violations.reject(
          field,
          "'%s' (expected: a-z, 0-9, '.', '_', '-', beginning and ending with a letter or digit)"
              .formatted(name));
    }
  }
}
