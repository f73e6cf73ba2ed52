package dev.handfast.listener;

import io.netty.util.concurrent.FastThreadLocal;

/** A buffer per event loop between direct memory and the engine, which takes arrays. */
final class Scratch {

  static final int SIZE = 1 << 16;

  private static final FastThreadLocal<byte[]> BUFFER =
      new FastThreadLocal<>() {
        @Override
        protected byte[] initialValue() {
          return new byte[SIZE];
        }
      };

  private Scratch() {}

  /** This event loop's buffer; its content is lost with the next use. */
  static byte[] get() {
    return BUFFER.get();
  }
}
