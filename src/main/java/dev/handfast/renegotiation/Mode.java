package dev.handfast.renegotiation;

import com.fasterxml.jackson.annotation.JsonProperty;

/** What an operator asks for. */
enum Mode {
  /** The strongest that the connection supports for what is asked. */
  @JsonProperty("auto")
  AUTO,
  /** TLS 1.2 and older: HelloRequest and a full handshake (RFC 5246 section 7.4.1.1). */
  @JsonProperty("renegotiate")
  RENEGOTIATE,
  /** TLS 1.3: fresh keys in both directions (RFC 8446 section 4.6.3). */
  @JsonProperty("key-update")
  KEY_UPDATE,
  /** Fresh proof of the client's identity, however the version does it. */
  @JsonProperty("reauthenticate")
  REAUTHENTICATE,
  /** Forget the session and close, so that the next handshake is full. */
  @JsonProperty("reconnect")
  RECONNECT
}
