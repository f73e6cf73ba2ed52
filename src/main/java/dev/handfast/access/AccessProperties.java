package dev.handfast.access;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * The user {@code admin}.
 *
 * @param password in force from start-up on, in place of the one before; without it a password is
 *     generated and printed when the user is created
 */
@ConfigurationProperties("handfast.admin")
record AccessProperties(@Nullable String password) {

  @Override
  public String toString() {
    return "AccessProperties[]";
  }
}
