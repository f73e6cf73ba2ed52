package dev.handfast.handshake;

import java.util.Locale;
import java.util.Optional;

/** A TLS alert description (RFC 8446 section 6, RFC 5246 section 7.2). */
public enum Alert {
  CLOSE_NOTIFY(0),
  UNEXPECTED_MESSAGE(10),
  BAD_RECORD_MAC(20),
  DECRYPTION_FAILED(21),
  RECORD_OVERFLOW(22),
  DECOMPRESSION_FAILURE(30),
  HANDSHAKE_FAILURE(40),
  NO_CERTIFICATE(41),
  BAD_CERTIFICATE(42),
  UNSUPPORTED_CERTIFICATE(43),
  CERTIFICATE_REVOKED(44),
  CERTIFICATE_EXPIRED(45),
  CERTIFICATE_UNKNOWN(46),
  ILLEGAL_PARAMETER(47),
  UNKNOWN_CA(48),
  ACCESS_DENIED(49),
  DECODE_ERROR(50),
  DECRYPT_ERROR(51),
  PROTOCOL_VERSION(70),
  INSUFFICIENT_SECURITY(71),
  INTERNAL_ERROR(80),
  INAPPROPRIATE_FALLBACK(86),
  USER_CANCELED(90),
  NO_RENEGOTIATION(100),
  MISSING_EXTENSION(109),
  UNSUPPORTED_EXTENSION(110),
  CERTIFICATE_UNOBTAINABLE(111),
  UNRECOGNIZED_NAME(112),
  BAD_CERTIFICATE_STATUS_RESPONSE(113),
  BAD_CERTIFICATE_HASH_VALUE(114),
  UNKNOWN_PSK_IDENTITY(115),
  CERTIFICATE_REQUIRED(116),
  NO_APPLICATION_PROTOCOL(120),
  ECH_REQUIRED(121);

  private final int code;

  Alert(int code) {
    this.code = code;
  }

  /** The AlertDescription on the wire, 0..255. */
  public int code() {
    return code;
  }

  /** The name as the RFCs write it, for example {@code unknown_ca}. */
  public String rfcName() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The alert with this AlertDescription, or empty if IANA assigns none that we know. */
  public static Optional<Alert> ofCode(int code) {
    for (Alert alert : values()) {
      if (alert.code == code) {
        return Optional.of(alert);
      }
    }
    return Optional.empty();
  }
}
