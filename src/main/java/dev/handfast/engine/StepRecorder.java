package dev.handfast.engine;

import dev.handfast.handshake.HandshakeStep;
import dev.handfast.handshake.Step;
import dev.handfast.handshake.StepDetail;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Tells the steps of one handshake after another, with their times. */
final class StepRecorder {

  private final EngineEvents events;
  private final LongSupplier ticker;
  private long begin;
  private long last;
  private @Nullable Step lastStep;

  StepRecorder(EngineEvents events, LongSupplier ticker) {
    this.events = events;
    this.ticker = ticker;
    this.begin = ticker.getAsLong();
    this.last = begin;
  }

  /** A handshake begins now. */
  void begin() {
    begin = ticker.getAsLong();
    last = begin;
    lastStep = null;
  }

  void record(Step step) {
    record(step, null);
  }

  void record(Step step, @Nullable StepDetail detail) {
    long now = ticker.getAsLong();
    events.step(new HandshakeStep(step, (now - begin) / 1_000, (now - last) / 1_000, detail));
    last = now;
    if (step != Step.ALERT_SENT && step != Step.ALERT_RECEIVED) {
      lastStep = step;
    }
  }

  /** The last step as a phrase: {@code after server_hello_done}. */
  String afterLastStep() {
    return lastStep == null ? "before the ClientHello" : "after " + lastStep.code();
  }
}
