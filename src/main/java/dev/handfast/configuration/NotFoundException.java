package dev.handfast.configuration;

/** Nothing has this name or id: HTTP 404. */
public final class NotFoundException extends ConfigurationException {

  /** An exception for a named resource. */
  public NotFoundException(ResourceType type, String name) {
    this(type.text(), name);
  }

  /** An exception for anything else with an identifier. */
  public NotFoundException(String kind, String id) {
    super("there is no " + kind + " '" + id + "'");
  }
}
