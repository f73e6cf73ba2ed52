package dev.handfast.configuration;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.databind.DatabindException;
import tools.jackson.databind.exc.InvalidFormatException;
import tools.jackson.databind.exc.MismatchedInputException;
import tools.jackson.databind.exc.UnrecognizedPropertyException;

/**
 * Says what is wrong with a JSON or YAML body. Text values are never repeated, since a misplaced
 * one may be a password or a private key.
 */
public final class JsonViolations {

  /** The field when the body as a whole is meant. */
  public static final String WHOLE = "body";

  private JsonViolations() {}

  /** The violations behind a failure to read a body; at least one. */
  public static List<Violation> of(JacksonException failure) {
    String field = path(failure.getPath());
    if (failure.getCause() instanceof InvalidConfigurationException invalid) {
      return invalid.violations().stream()
          .map(violation -> new Violation(join(field, violation.field()), violation.message()))
          .toList();
    }
    return List.of(new Violation(field, message(failure)));
  }

  private static String message(JacksonException failure) {
    return switch (failure) {
      case UnrecognizedPropertyException unknown ->
          "unknown field (expected: %s)".formatted(known(unknown.getKnownPropertyIds()));
      case InvalidFormatException format ->
          "%s (expected: %s)".formatted(found(format), Expected.of(format.getTargetType()));
      case MismatchedInputException mismatch when mismatch.getTargetType() != null ->
          "wrong type (expected: %s)".formatted(Expected.of(mismatch.getTargetType()));
      case DatabindException bound when bound.getCause() instanceof IllegalArgumentException why ->
          why.getMessage() == null ? "not accepted" : why.getMessage();
      case DatabindException bound -> "not accepted at " + position(bound);
      default -> "not valid at " + position(failure);
    };
  }

  private static String known(@Nullable Collection<Object> fields) {
    return fields == null || fields.isEmpty()
        ? "no fields"
        : fields.stream().map(Object::toString).sorted().collect(Collectors.joining(", "));
  }

  private static String found(InvalidFormatException format) {
    boolean mayBeRepeated =
        format.getValue() instanceof Number
            || format.getTargetType().isEnum()
            || format.getTargetType() == Duration.class
            || format.getTargetType() == Instant.class;
    return mayBeRepeated ? "'" + abbreviate(String.valueOf(format.getValue())) + "'" : "wrong type";
  }

  private static String abbreviate(String value) {
    return value.length() <= 60 ? value : value.substring(0, 60) + "…";
  }

  private static String position(JacksonException failure) {
    TokenStreamLocation location = failure.getLocation();
    return location == null
        ? "an unknown position"
        : "line %d, column %d".formatted(location.getLineNr(), location.getColumnNr());
  }

  private static String path(List<JacksonException.Reference> references) {
    StringBuilder path = new StringBuilder();
    for (JacksonException.Reference reference : references) {
      if (reference.getPropertyName() != null) {
        path.append(path.isEmpty() ? "" : ".").append(reference.getPropertyName());
      } else if (reference.getIndex() >= 0) {
        path.append('[').append(reference.getIndex()).append(']');
      }
    }
    return path.isEmpty() ? WHOLE : path.toString();
  }

  private static String join(String outer, String inner) {
    return outer.equals(WHOLE) ? inner : outer + "." + inner;
  }
}
