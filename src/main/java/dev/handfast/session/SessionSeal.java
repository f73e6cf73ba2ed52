package dev.handfast.session;

/** Encrypts what resumes a session, under the master key. Any thread; never blocks. */
interface SessionSeal {

  /**
   * Seals.
   *
   * @param id bound to the sealed bytes, so that a row's secret cannot be moved to another row
   */
  byte[] seal(byte[] secret, String id);

  /** A key for {@link SessionIdentities}, the same in all replicas. */
  byte[] identityKey();

  /**
   * Opens.
   *
   * @throws RuntimeException if it was sealed under an unknown key, for another id, or was changed
   */
  byte[] open(byte[] sealed, String id);
}
