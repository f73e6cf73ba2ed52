package dev.handfast.clientauth.revocation;

/** Nothing usable came from a URL; the message is a sentence's part that says why. */
final class FetchException extends Exception {

  FetchException(String message) {
    super(message);
  }
}
