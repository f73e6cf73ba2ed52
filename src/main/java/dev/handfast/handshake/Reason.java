package dev.handfast.handshake;

import static dev.handfast.handshake.Fault.CLIENT;
import static dev.handfast.handshake.Fault.NETWORK;
import static dev.handfast.handshake.Fault.SERVER;

import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Why a handshake failed or was abandoned. The code is public and stable: log key, metric tag, API
 * value, and anchor in {@code docs/reasons.md}. Each reason has one fault and at most one alert, so
 * that neither is ever chosen twice; where TLS 1.2 and 1.3 differ, {@link #alert(ProtocolVersion)}
 * knows.
 */
public enum Reason {
  // What arrived is not a ClientHello that anyone could answer.
  NOT_TLS(CLIENT, Alert.UNEXPECTED_MESSAGE),
  HTTP_REQUEST(CLIENT, null),
  OBSOLETE_PROTOCOL(CLIENT, Alert.PROTOCOL_VERSION),
  CLIENT_HELLO_TOO_LARGE(CLIENT, Alert.ILLEGAL_PARAMETER),
  MALFORMED_CLIENT_HELLO(CLIENT, Alert.DECODE_ERROR),
  PROXY_HEADER_INVALID(CLIENT, null),

  // The offer and the profile have nothing in common.
  NO_COMMON_VERSION(CLIENT, Alert.PROTOCOL_VERSION),
  INAPPROPRIATE_FALLBACK(CLIENT, Alert.INAPPROPRIATE_FALLBACK),
  NO_COMMON_CIPHER_SUITE(CLIENT, Alert.HANDSHAKE_FAILURE),
  NO_COMMON_GROUP(CLIENT, Alert.HANDSHAKE_FAILURE),
  NO_COMMON_SIGNATURE_SCHEME(CLIENT, Alert.HANDSHAKE_FAILURE),
  NO_COMMON_APPLICATION_PROTOCOL(CLIENT, Alert.NO_APPLICATION_PROTOCOL),
  UNRECOGNIZED_SERVER_NAME(CLIENT, Alert.UNRECOGNIZED_NAME),
  MISSING_EXTENSION(CLIENT, Alert.MISSING_EXTENSION),

  // A message broke the protocol.
  MALFORMED_MESSAGE(CLIENT, Alert.DECODE_ERROR),
  UNEXPECTED_MESSAGE(CLIENT, Alert.UNEXPECTED_MESSAGE),
  ILLEGAL_PARAMETER(CLIENT, Alert.ILLEGAL_PARAMETER),
  RECORD_TOO_LARGE(CLIENT, Alert.RECORD_OVERFLOW),
  RECORD_NOT_AUTHENTIC(CLIENT, Alert.BAD_RECORD_MAC),
  FINISHED_NOT_AUTHENTIC(CLIENT, Alert.DECRYPT_ERROR),

  // The client refused (article step 3, or any other alert of its own).
  SERVER_CERTIFICATE_UNTRUSTED(SERVER, null),
  SERVER_CERTIFICATE_EXPIRED(SERVER, null),
  SERVER_CERTIFICATE_REVOKED(SERVER, null),
  SERVER_CERTIFICATE_REJECTED(SERVER, null),
  CLIENT_ALERT(CLIENT, null),

  // The client was not authenticated (article step 6).
  CLIENT_CERTIFICATE_MISSING(CLIENT, Alert.CERTIFICATE_REQUIRED),
  CLIENT_SIGNATURE_INVALID(CLIENT, Alert.DECRYPT_ERROR),
  CLIENT_CERTIFICATE_NOT_YET_VALID(CLIENT, Alert.BAD_CERTIFICATE),
  CLIENT_CERTIFICATE_EXPIRED(CLIENT, Alert.CERTIFICATE_EXPIRED),
  CLIENT_ISSUER_UNTRUSTED(CLIENT, Alert.UNKNOWN_CA),
  CLIENT_CHAIN_INVALID(CLIENT, Alert.BAD_CERTIFICATE),
  CLIENT_CERTIFICATE_UNSUITABLE(CLIENT, Alert.UNSUPPORTED_CERTIFICATE),
  CLIENT_NOT_AUTHORIZED(CLIENT, Alert.ACCESS_DENIED),
  CLIENT_CERTIFICATE_REVOKED(CLIENT, Alert.CERTIFICATE_REVOKED),
  CLIENT_REVOCATION_UNKNOWN(SERVER, Alert.CERTIFICATE_UNKNOWN),
  CLIENT_IDENTITY_CHANGED(CLIENT, Alert.ACCESS_DENIED),

  // Renegotiation and its TLS 1.3 counterparts (article step 11).
  INSECURE_RENEGOTIATION(CLIENT, Alert.HANDSHAKE_FAILURE),
  RENEGOTIATION_REFUSED_BY_CLIENT(CLIENT, Alert.HANDSHAKE_FAILURE),
  RENEGOTIATION_LIMIT_EXCEEDED(CLIENT, Alert.NO_RENEGOTIATION),
  KEY_UPDATE_LIMIT_EXCEEDED(CLIENT, Alert.UNEXPECTED_MESSAGE),
  REAUTHENTICATION_TIMEOUT(CLIENT, Alert.ACCESS_DENIED),

  // The connection ended before the handshake did.
  CLIENT_CLOSED(NETWORK, null),
  CONNECTION_RESET(NETWORK, null),
  HANDSHAKE_TIMEOUT(NETWORK, Alert.USER_CANCELED),

  // Ours.
  UPSTREAM_FAILED(SERVER, Alert.INTERNAL_ERROR),
  NO_CERTIFICATE(SERVER, Alert.HANDSHAKE_FAILURE),
  SERVER_STOPPING(SERVER, Alert.USER_CANCELED),
  INTERNAL_ERROR(SERVER, Alert.INTERNAL_ERROR);

  private static final Map<String, Reason> BY_CODE =
      Arrays.stream(values()).collect(Collectors.toMap(Reason::code, Function.identity()));

  private final Fault fault;
  private final @Nullable Alert alert;

  Reason(Fault fault, @Nullable Alert alert) {
    this.fault = fault;
    this.alert = alert;
  }

  /** The stable public code, for example {@code no_common_version}. */
  public String code() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Who must act. */
  public Fault fault() {
    return fault;
  }

  /**
   * The alert that tells the client, or empty where no alert can or should be sent.
   *
   * @param version the negotiated version, or null if none was negotiated yet
   */
  public Optional<Alert> alert(@Nullable ProtocolVersion version) {
    if (this == CLIENT_CERTIFICATE_MISSING
        && (version == null || version.isBefore(ProtocolVersion.TLS_1_3))) {
      // certificate_required exists only since TLS 1.3; RFC 5246 section 7.4.6 asks for this one.
      return Optional.of(Alert.HANDSHAKE_FAILURE);
    }
    return Optional.ofNullable(alert);
  }

  /** The reason with this code, or empty. */
  public static Optional<Reason> ofCode(String code) {
    return Optional.ofNullable(BY_CODE.get(code));
  }
}
