package dev.handfast.handshake;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a client offers (RFC 8446 section 4.1.2, RFC 5246 section 7.4.1.2). Code points stay
 * numbers, in the order of the wire and with GREASE, so that fingerprints can be made of them;
 * {@link IanaRegistry} names them.
 *
 * @param legacyVersion the wire's legacy_version
 * @param supportedVersions of the extension, or empty if it was not sent
 * @param sessionId legacy_session_id, 0..32 bytes
 * @param extensions types in the order of the wire
 * @param groups of supported_groups, or empty if it was not sent
 * @param keyShareGroups groups for which the client sent a key share
 * @param signatureSchemes of signature_algorithms, or empty if it was not sent
 * @param certificateSignatureSchemes of signature_algorithms_cert, or empty if it was not sent
 * @param pointFormats of ec_point_formats, or empty if it was not sent
 * @param serverName the host_name of server_name in lower case without a trailing dot, or null
 * @param applicationProtocols of ALPN, or empty if it was not sent
 * @param pskIdentities of pre_shared_key, or empty if it was not sent
 * @param pskModes of psk_key_exchange_modes, or empty if it was not sent
 */
public record ClientHello(
    int legacyVersion,
    List<Integer> supportedVersions,
    byte[] sessionId,
    List<Integer> cipherSuites,
    List<Integer> extensions,
    List<Integer> groups,
    List<Integer> keyShareGroups,
    List<Integer> signatureSchemes,
    List<Integer> certificateSignatureSchemes,
    List<Integer> pointFormats,
    @Nullable String serverName,
    List<String> applicationProtocols,
    List<PskIdentity> pskIdentities,
    List<Integer> pskModes) {

  public ClientHello {
    supportedVersions = CodePoints.copyOf(supportedVersions);
    cipherSuites = CodePoints.copyOf(cipherSuites);
    extensions = CodePoints.copyOf(extensions);
    groups = CodePoints.copyOf(groups);
    keyShareGroups = CodePoints.copyOf(keyShareGroups);
    signatureSchemes = CodePoints.copyOf(signatureSchemes);
    certificateSignatureSchemes = CodePoints.copyOf(certificateSignatureSchemes);
    pointFormats = CodePoints.copyOf(pointFormats);
    applicationProtocols = List.copyOf(applicationProtocols);
    pskIdentities = List.copyOf(pskIdentities);
    pskModes = CodePoints.copyOf(pskModes);
  }

  /**
   * A ticket that the client offers to resume (RFC 8446 section 4.2.11).
   *
   * @param obfuscatedTicketAge uint32, milliseconds modulo 2^32
   */
  public record PskIdentity(byte[] identity, long obfuscatedTicketAge) {}

  /** Whether the client offered this extension type. */
  public boolean offersExtension(int type) {
    return extensions.contains(type);
  }

  /** Whether the client offered post-handshake authentication (RFC 8446 section 4.2.6). */
  public boolean offersPostHandshakeAuthentication() {
    return offersExtension(49);
  }

  /** Whether the client offers something to resume: a session ID, a ticket, or a PSK. */
  public boolean offersSession() {
    return sessionId.length > 0 || !pskIdentities.isEmpty() || offersExtension(35);
  }

  /** The versions that the client accepts, GREASE and unknown ones left out. */
  public List<ProtocolVersion> offeredVersions() {
    List<Integer> codes = supportedVersions.isEmpty() ? List.of(legacyVersion) : supportedVersions;
    return codes.stream().flatMap(code -> ProtocolVersion.ofCode(code).stream()).toList();
  }
}
