package dev.handfast.configuration;

/**
 * A stored object holds something that this version does not know: a newer one wrote it. To read it
 * without would change what it means, so it is not read at all: HTTP 409.
 */
public final class UnreadableObjectException extends ConfigurationException {

  /** An exception naming the field. */
  public UnreadableObjectException(ResourceType type, String name, Violation violation) {
    super(
        "%s '%s' as stored is not understood by this version of Handfast: %s: %s"
            .formatted(type.text(), name, violation.field(), violation.message()));
  }
}
