package dev.handfast.handshake;

import java.util.Locale;

/**
 * A step of a handshake, with its number in the eleven-step process that {@code docs/handshake.md}
 * describes. TLS 1.3 takes the same duties in another order; records keep the order in which they
 * happened.
 */
public enum Step {
  CLIENT_HELLO(1),
  HELLO_RETRY_REQUEST(2),
  SERVER_HELLO(2),
  ENCRYPTED_EXTENSIONS(2),
  SERVER_CERTIFICATE(2),
  CERTIFICATE_STATUS(2),
  CERTIFICATE_REQUEST(2),
  SERVER_CERTIFICATE_VERIFY(2),
  SERVER_HELLO_DONE(2),
  SERVER_AUTHENTICATED(3),
  SERVER_KEY_EXCHANGE(4),
  CLIENT_KEY_EXCHANGE(4),
  CLIENT_CERTIFICATE(5),
  CLIENT_CERTIFICATE_VERIFY(5),
  CLIENT_AUTHENTICATION(6),
  SESSION_KEYS(7),
  CLIENT_CHANGE_CIPHER_SPEC(8),
  CLIENT_FINISHED(8),
  SERVER_CHANGE_CIPHER_SPEC(9),
  SERVER_FINISHED(9),
  ESTABLISHED(10),
  NEW_SESSION_TICKET(10),
  HELLO_REQUEST(11),
  KEY_UPDATE(11),
  ALERT_SENT(0),
  ALERT_RECEIVED(0);

  private final int articleStep;

  Step(int articleStep) {
    this.articleStep = articleStep;
  }

  /** The value in the API and as a metric tag. */
  public String code() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** 1..11, or 0 for an alert, which can come at any of them. */
  public int articleStep() {
    return articleStep;
  }
}
