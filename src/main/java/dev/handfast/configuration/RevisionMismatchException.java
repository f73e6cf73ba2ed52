package dev.handfast.configuration;

/** If-Match named another revision than the current one: HTTP 412. */
public final class RevisionMismatchException extends ConfigurationException {

  /** An exception for the expected and the found revision. */
  public RevisionMismatchException(ResourceType type, String name, long expected, long found) {
    this(type.text(), name, expected, found);
  }

  /** An exception for anything else with a name. */
  public RevisionMismatchException(String kind, String name, long expected, long found) {
    super(
        "%s '%s' is at revision %d (expected by If-Match: %d); read it again"
            .formatted(kind, name, found, expected));
  }
}
