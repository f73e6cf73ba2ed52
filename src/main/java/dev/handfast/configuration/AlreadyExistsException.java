package dev.handfast.configuration;

/** The name is taken: HTTP 409. */
public final class AlreadyExistsException extends ConfigurationException {

  /** An exception for a named resource. */
  public AlreadyExistsException(ResourceType type, String name) {
    this(type.text(), name);
  }

  /** An exception for anything else with a name. */
  public AlreadyExistsException(String kind, String name) {
    super("the " + kind + " '" + name + "' exists already");
  }
}
