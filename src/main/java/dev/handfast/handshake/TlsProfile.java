package dev.handfast.handshake;

import java.util.List;

/**
 * What a listener accepts of the protocol, in order of preference; names are IANA's.
 *
 * @param minVersion the oldest accepted
 * @param maxVersion the newest accepted
 * @param cipherSuites TLS 1.3 and older ones together
 */
public record TlsProfile(
    String name,
    ProtocolVersion minVersion,
    ProtocolVersion maxVersion,
    List<String> cipherSuites,
    List<String> groups,
    List<String> signatureSchemes) {

  public TlsProfile {
    cipherSuites = List.copyOf(cipherSuites);
    groups = List.copyOf(groups);
    signatureSchemes = List.copyOf(signatureSchemes);
  }

  /** Whether this profile accepts the version. */
  public boolean accepts(ProtocolVersion version) {
    return !version.isBefore(minVersion) && !maxVersion.isBefore(version);
  }
}
