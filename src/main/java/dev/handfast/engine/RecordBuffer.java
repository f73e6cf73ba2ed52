package dev.handfast.engine;

/**
 * Arrays that every event loop has once, instead of one for each record. Each has one use, since to
 * send data can first send a KeyUpdate, and to receive a record can send others.
 */
enum RecordBuffer {
  /** What arrived of a record, and is decrypted there. */
  RECEIVED,
  /** What is to be sent in one record. */
  PLAINTEXT,
  /** The record in which it is sent, and is encrypted there. */
  ENCRYPTED;

  /** What comes before the fragment: type, version and length (RFC 8446 section 5.1). */
  static final int HEADER = 5;

  /** The longest plaintext of a record (RFC 8446 section 5.1). */
  static final int FRAGMENT = 1 << 14;

  /** The header and the longest fragment of TLS 1.2 (RFC 5246 section 6.2.3). */
  static final int LARGEST = HEADER + FRAGMENT + 2048;

  private final ThreadLocal<byte[]> ofThread = ThreadLocal.withInitial(() -> new byte[LARGEST]);

  /**
   * This thread's array, at least that long; its content is lost with the next use for the same.
   *
   * @param length at most {@link #LARGEST}
   */
  byte[] get(int length) {
    // There is no end to virtual threads, and each has few records.
    return Thread.currentThread().isVirtual() ? new byte[length] : ofThread.get();
  }

  /** An array of {@link #LARGEST}, until it is given back, if it ever is. */
  byte[] take() {
    byte[] array = get(LARGEST);
    ofThread.remove();
    return array;
  }

  /** Makes an array that was taken, by whichever thread, this thread's. Others are left alone. */
  void giveBack(byte[] array) {
    if (array.length == LARGEST && !Thread.currentThread().isVirtual()) {
      ofThread.set(array);
    }
  }
}
