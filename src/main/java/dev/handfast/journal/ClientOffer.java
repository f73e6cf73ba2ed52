package dev.handfast.journal;

import dev.handfast.handshake.ClientHello;
import dev.handfast.handshake.IanaRegistry;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a ClientHello offers, without what differs between two handshakes of the same software:
 * server name, session, the choice of GREASE values, the order of extensions. So few of them cover
 * millions of handshakes. Long lists are cut.
 */
record ClientOffer(
    int legacyVersion,
    List<Integer> supportedVersions,
    List<Integer> cipherSuites,
    List<Integer> extensions,
    List<Integer> groups,
    List<Integer> keyShareGroups,
    List<Integer> signatureSchemes,
    List<Integer> certificateSignatureSchemes,
    List<Integer> pointFormats,
    List<String> applicationProtocols,
    List<Integer> pskModes) {

  private static final int MOST_CODES = 512;
  private static final int MOST_NAMES = 32;
  private static final int ANY_GREASE = 0x0a0a;
  private static final int SESSION_TICKET = 35;
  private static final int PRE_SHARED_KEY = 41;
  private static final int EARLY_DATA = 42;

  static ClientOffer of(ClientHello hello) {
    return new ClientOffer(
        hello.legacyVersion(),
        normalised(hello.supportedVersions()),
        normalised(hello.cipherSuites()),
        extensions(hello),
        normalised(hello.groups()),
        normalised(hello.keyShareGroups()),
        normalised(hello.signatureSchemes()),
        normalised(hello.certificateSignatureSchemes()),
        normalised(hello.pointFormats()),
        hello.applicationProtocols().stream().limit(MOST_NAMES).toList(),
        normalised(hello.pskModes()));
  }

  /** As a client would offer it that has no session. */
  ClientHello asClientHello(@Nullable String serverName) {
    return new ClientHello(
        legacyVersion,
        supportedVersions,
        new byte[0],
        cipherSuites,
        extensions,
        groups,
        keyShareGroups,
        signatureSchemes,
        certificateSignatureSchemes,
        pointFormats,
        serverName,
        applicationProtocols,
        List.of(),
        pskModes);
  }

  private static List<Integer> extensions(ClientHello hello) {
    return hello.extensions().stream()
        .filter(type -> type != PRE_SHARED_KEY && type != EARLY_DATA && type != SESSION_TICKET)
        .map(ClientOffer::normalised)
        .sorted()
        .distinct()
        .limit(MOST_CODES)
        .toList();
  }

  private static List<Integer> normalised(List<Integer> codes) {
    return codes.stream().map(ClientOffer::normalised).limit(MOST_CODES).toList();
  }

  private static int normalised(int code) {
    return IanaRegistry.isGrease(code) ? ANY_GREASE : code;
  }
}
