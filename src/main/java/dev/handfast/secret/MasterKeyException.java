package dev.handfast.secret;

/** The master key is missing, malformed or the wrong one: the application does not start. */
final class MasterKeyException extends RuntimeException {

  private final String action;

  MasterKeyException(String description, String action) {
    super(description);
    this.action = action;
  }

  /** What an administrator can do about it. */
  String action() {
    return action;
  }
}
