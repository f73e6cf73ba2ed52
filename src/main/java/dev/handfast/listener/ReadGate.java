package dev.handfast.listener;

import io.netty.channel.Channel;

/**
 * Lets a channel be read while nobody has a reason against it. Used on the channel's event loop.
 */
final class ReadGate {

  /** Why reading pauses. */
  enum Pause {
    /** The ClientHello is being answered, or a worker runs the engine. */
    ENGINE,
    /** What was read cannot be written on. */
    PEER,
    /** The request is held until its client has proven itself. */
    REQUEST
  }

  private final Channel channel;
  private int pauses;

  ReadGate(Channel channel) {
    this.channel = channel;
  }

  void pause(Pause why) {
    set(pauses | 1 << why.ordinal());
  }

  void resume(Pause why) {
    set(pauses & ~(1 << why.ordinal()));
  }

  void set(Pause why, boolean paused) {
    if (paused) {
      pause(why);
    } else {
      resume(why);
    }
  }

  /** Reads whatever comes, for the channel is only drained from now on. */
  void open() {
    set(0);
  }

  private void set(int now) {
    if ((pauses == 0) != (now == 0)) {
      channel.config().setAutoRead(now == 0);
    }
    pauses = now;
  }
}
