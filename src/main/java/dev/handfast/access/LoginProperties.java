package dev.handfast.access;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How guessing is slowed down.
 *
 * @param maxFailures how many wrong credentials an address may give within the window
 * @param window counted from the first wrong ones
 */
@ConfigurationProperties("handfast.login")
record LoginProperties(@DefaultValue("10") int maxFailures, @DefaultValue("1m") Duration window) {

  LoginProperties {
    if (maxFailures < 1) {
      throw new IllegalArgumentException(
          "handfast.login.max-failures: %d (expected: 1 or more)".formatted(maxFailures));
    }
    if (!window.isPositive()) {
      throw new IllegalArgumentException(
          "handfast.login.window: %s (expected: more than 0s)".formatted(window));
    }
  }
}
