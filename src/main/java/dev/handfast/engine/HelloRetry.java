package dev.handfast.engine;

import dev.handfast.handshake.ClientHello;
import dev.handfast.handshake.Reason;
import java.util.Arrays;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

/** The second ClientHello after a HelloRetryRequest (RFC 8446 section 4.1.2). */
final class HelloRetry {

  /** padding, pre_shared_key, early_data, cookie, key_share: what may differ. */
  private static final Set<Integer> MAY_DIFFER = Set.of(21, 41, 42, 44, 51);

  private HelloRetry() {}

  /** Requires that nothing changed on which the choice rests: Bouncy Castle leaves this to us. */
  static void requireSame(ClientHello first, ClientHello second) throws FatalFailure {
    require("legacy_version", first.legacyVersion() == second.legacyVersion());
    require("legacy_session_id", Arrays.equals(first.sessionId(), second.sessionId()));
    require("cipher_suites", first.cipherSuites().equals(second.cipherSuites()));
    require("extensions", stable(first).equals(stable(second)));
    require("supported_versions", first.supportedVersions().equals(second.supportedVersions()));
    require("supported_groups", first.groups().equals(second.groups()));
    require("signature_algorithms", first.signatureSchemes().equals(second.signatureSchemes()));
    require(
        "signature_algorithms_cert",
        first.certificateSignatureSchemes().equals(second.certificateSignatureSchemes()));
    require("server_name", Objects.equals(first.serverName(), second.serverName()));
    require("ALPN", first.applicationProtocols().equals(second.applicationProtocols()));
    require("psk_key_exchange_modes", first.pskModes().equals(second.pskModes()));
  }

  /** As a set: clients are known that keep extensions in a hash table, so their order changes. */
  private static Set<Integer> stable(ClientHello hello) {
    return hello.extensions().stream()
        .filter(type -> !MAY_DIFFER.contains(type))
        .collect(Collectors.toSet());
  }

  private static void require(String field, boolean same) throws FatalFailure {
    if (!same) {
      throw new FatalFailure(
          Reason.ILLEGAL_PARAMETER,
          field + " changed after the HelloRetryRequest (RFC 8446 section 4.1.2)");
    }
  }
}
