package dev.handfast.handshake;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/**
 * A step that was taken. A dozen are kept for each handshake, so times are plain numbers.
 *
 * @param atMicros offset from the handshake's begin
 * @param durationMicros time spent on this step since the one before it
 * @param detail what it decided or carried, or null where the step says it all
 */
public record HandshakeStep(
    Step step, long atMicros, long durationMicros, @Nullable StepDetail detail) {

  /** Offset from the handshake's begin. */
  public Duration at() {
    return Duration.of(atMicros, ChronoUnit.MICROS);
  }

  /** Time spent on this step since the one before it. */
  public Duration duration() {
    return Duration.of(durationMicros, ChronoUnit.MICROS);
  }
}
