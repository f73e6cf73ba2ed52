package dev.handfast.configuration;

import java.util.List;

/** Others refer to what should be deleted: HTTP 409 naming them. */
public final class InUseException extends ConfigurationException {

  private final transient List<String> users;

  /** An exception naming the users, for example {@code listener default}. */
  public InUseException(ResourceType type, String name, List<String> users) {
    super(type.text() + " '" + name + "' is used by " + String.join(", ", users));
    this.users = List.copyOf(users);
  }

  /** Who uses it. */
  public List<String> users() {
    return users;
  }
}
