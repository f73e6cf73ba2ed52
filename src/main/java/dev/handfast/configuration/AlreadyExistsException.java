package dev.handfast.configuration;

/** The name is taken: HTTP 409. */
public final class AlreadyExistsException extends ConfigurationException {

  /** An exception for a named resource. */
  public AlreadyExistsException(ResourceType type, String name) {
    super("a " + type.text() + " '" + name + "' exists already");
  }
}
