package dev.handfast.handshake;

/** A handshake that cannot go on. Expected in operation, so it carries no stack trace. */
public final class HandshakeException extends Exception {

  private final transient Failure failure;

  /** An exception for this failure. */
  public HandshakeException(Failure failure) {
    super(failure.explanation(), null, false, false);
    this.failure = failure;
  }

  /** An exception for this reason and explanation. */
  public HandshakeException(Reason reason, String explanation) {
    this(new Failure(reason, explanation));
  }

  /** Why. */
  public Failure failure() {
    return failure;
  }
}
