package dev.handfast.journal;

import dev.handfast.handshake.IanaRegistry;
import dev.handfast.handshake.ProtocolVersion;
import java.util.List;

/** Names the code points of an offer, GREASE included. */
final class OfferNames {

  private OfferNames() {}

  static List<String> versions(ClientOffer offer) {
    List<Integer> codes =
        offer.supportedVersions().isEmpty()
            ? List.of(offer.legacyVersion())
            : offer.supportedVersions();
    return codes.stream().map(OfferNames::version).toList();
  }

  static List<String> cipherSuites(ClientOffer offer) {
    return IanaRegistry.CIPHER_SUITES.namesOf(offer.cipherSuites());
  }

  static List<String> groups(ClientOffer offer) {
    return IanaRegistry.GROUPS.namesOf(offer.groups());
  }

  static List<String> signatureSchemes(ClientOffer offer) {
    return IanaRegistry.SIGNATURE_SCHEMES.namesOf(offer.signatureSchemes());
  }

  private static String version(int code) {
    return ProtocolVersion.ofCode(code)
        .map(ProtocolVersion::label)
        .orElseGet(() -> IanaRegistry.isGrease(code) ? "GREASE" : "0x%04x".formatted(code));
  }
}
