package dev.handfast.renegotiation;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** How a connection is renegotiated. */
enum Mechanism {
  RENEGOTIATION,
  KEY_UPDATE,
  POST_HANDSHAKE_AUTH,
  RECONNECT;

  /** The value in the API and as a metric tag. */
  @JsonValue
  String code() {
    return name().toLowerCase(Locale.ROOT);
  }
}
