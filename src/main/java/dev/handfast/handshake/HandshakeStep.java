package dev.handfast.handshake;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A step that was taken.
 *
 * @param at offset from the handshake's begin, in whole microseconds
 * @param duration time spent on this step since the one before it, in whole microseconds
 * @param detail what it decided or carried, or null where the step says it all
 */
public record HandshakeStep(
    Step step, Duration at, Duration duration, @Nullable StepDetail detail) {}
