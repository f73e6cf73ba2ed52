package dev.handfast.configuration;

/**
 * A field of a request that cannot be accepted.
 *
 * @param field a path into the body, for example {@code routes[1].serverName}
 * @param message what was found and what is expected
 */
public record Violation(String field, String message) {}
