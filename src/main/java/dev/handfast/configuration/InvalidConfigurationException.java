package dev.handfast.configuration;

import java.util.List;

/** The request's content is wrong: HTTP 400 with violations. */
public final class InvalidConfigurationException extends ConfigurationException {

  private final transient List<Violation> violations;

  /** An exception with everything that is wrong; at least one. */
  public InvalidConfigurationException(List<Violation> violations) {
    super(violations.getFirst().field() + ": " + violations.getFirst().message());
    this.violations = List.copyOf(violations);
  }

  /** An exception with one violation. */
  public InvalidConfigurationException(String field, String message) {
    this(List.of(new Violation(field, message)));
  }

  /** What is wrong, in the order in which it was found. */
  public List<Violation> violations() {
    return violations;
  }
}
