package dev.handfast.secret;

/**
 * A feature that keeps sealed secrets for longer than a master key may live. Secrets that expire by
 * themselves within days need none: they stay readable as long as the old key is listed.
 */
public interface SealedData {

  /**
   * Seals again under the current master key whatever is sealed under another one. Called once at
   * start, within a transaction; blocks (database).
   *
   * @return how many secrets were sealed again
   */
  int sealAgain();
}
