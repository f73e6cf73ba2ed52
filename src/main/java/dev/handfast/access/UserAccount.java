package dev.handfast.access;

import java.time.Instant;

/**
 * A local user.
 *
 * @param passwordHash as {@link Passwords} writes it; never answered
 */
record UserAccount(
    String name,
    Role role,
    boolean enabled,
    String passwordHash,
    long revision,
    Instant createdAt,
    Instant updatedAt) {

  @Override
  public String toString() {
    return "UserAccount[" + name + ", " + role + "]";
  }
}
