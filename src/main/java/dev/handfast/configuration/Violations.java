package dev.handfast.configuration;

import java.util.ArrayList;
import java.util.List;

/** Collects everything wrong with a request, so that it can be said at once. Not thread-safe. */
public final class Violations {

  private final List<Violation> found = new ArrayList<>();

  /** Adds a violation. */
  public void reject(String field, String message) {
    found.add(new Violation(field, message));
  }

  /** Adds a violation unless the condition holds. */
  public void require(boolean condition, String field, String message) {
    if (!condition) {
      reject(field, message);
    }
  }

  /** What was found so far. */
  public List<Violation> found() {
    return List.copyOf(found);
  }

  /**
   * Ends a validation.
   *
   * @throws InvalidConfigurationException if anything was rejected
   */
  public void throwIfAny() {
    if (!found.isEmpty()) {
      throw new InvalidConfigurationException(found);
    }
  }
}
