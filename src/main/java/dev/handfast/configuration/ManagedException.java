package dev.handfast.configuration;

/** A configuration document owns this, and only that document changes it: HTTP 409. */
public final class ManagedException extends ConfigurationException {

  private final String owner;

  /** An exception naming the owner, for example {@code file /etc/handfast/handfast.yaml}. */
  public ManagedException(ResourceType type, String name, String owner) {
    super("%s '%s' is managed by %s; change it there".formatted(type.text(), name, owner));
    this.owner = owner;
  }

  /** Who owns it. */
  public String owner() {
    return owner;
  }
}
