package dev.handfast.configuration;

/** The request is well-formed, but what is there forbids it: HTTP 409. */
public final class ConflictException extends ConfigurationException {

  /** An exception saying what forbids it. */
  public ConflictException(String message) {
    super(message);
  }
}
