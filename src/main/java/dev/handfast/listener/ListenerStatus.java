package dev.handfast.listener;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * How a listener is doing on this instance.
 *
 * @param state {@code running}, {@code stopped} or {@code failed}
 * @param boundPort null unless bound
 * @param reason why it failed, or why its newest configuration is not in force; else null
 * @param connections how many are open
 */
public record ListenerStatus(
    String state, @Nullable Integer boundPort, @Nullable String reason, int connections) {

  enum State {
    RUNNING,
    STOPPED,
    FAILED;

    String text() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
