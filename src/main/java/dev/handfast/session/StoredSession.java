package dev.handfast.session;

/**
 * A session with its secret, sealed.
 *
 * @param sealed made by {@link SessionCodec}
 */
record StoredSession(SessionRow row, byte[] sealed) {

  /** Names nothing that could resume it. */
  @Override
  public String toString() {
    return "StoredSession[" + row.id() + "]";
  }
}
