package dev.handfast.configuration;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Says in words what a field or parameter of a type takes. */
public final class Expected {

  private Expected() {}

  /** The message for a query or path parameter that cannot be converted. */
  public static String parameter(@Nullable Class<?> type) {
    return "not understood (expected: %s)".formatted(type == null ? "another value" : of(type));
  }

  /** What a field of this type takes. */
  public static String of(Class<?> type) {
    if (type.isEnum()) {
      return Arrays.stream(type.getEnumConstants())
          .map(Expected::text)
          .collect(Collectors.joining(", "));
    }
    if (type == Duration.class) {
      return "an ISO 8601 duration such as PT1H30M";
    }
    if (type == Instant.class) {
      return "an ISO 8601 instant such as 2026-01-31T12:00:00Z";
    }
    if (type == boolean.class || type == Boolean.class) {
      return "true or false";
    }
    if (type.isPrimitive() || Number.class.isAssignableFrom(type)) {
      return "a whole number";
    }
    if (CharSequence.class.isAssignableFrom(type)) {
      return "text";
    }
    return Collection.class.isAssignableFrom(type) || type.isArray() ? "a list" : "an object";
  }

  private static String text(Object constant) {
    try {
      JsonProperty name =
          constant
              .getClass()
              .getField(((Enum<?>) constant).name())
              .getAnnotation(JsonProperty.class);
      return name == null ? constant.toString() : name.value();
    } catch (NoSuchFieldException e) {
      return constant.toString();
    }
  }
}
