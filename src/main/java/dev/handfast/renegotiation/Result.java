package dev.handfast.renegotiation;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * How it went on one connection.
 *
 * @param mechanism null if none was tried
 * @param reason a sentence, or the code of the reason for which the connection ended; null when
 *     there is nothing to say
 */
record Result(
    String connectionId, @Nullable Mechanism mechanism, Outcome outcome, @Nullable String reason) {

  /** What came of it. */
  enum Outcome {
    SUCCEEDED,
    /** The client said no_renegotiation; nothing was demanded, so the connection lives. */
    DECLINED,
    /** The client did not answer; nothing was demanded, so the connection lives. */
    IGNORED,
    /** The connection was ended. */
    FAILED,
    /** The connection cannot do what was asked. */
    UNSUPPORTED,
    /** Another handshake kept running on the connection. */
    BUSY,
    /** The connection was closed before. */
    GONE,
    /** The job was cancelled before its turn. */
    CANCELLED;

    /** The value in the API and as a metric tag. */
    @JsonValue
    String code() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
