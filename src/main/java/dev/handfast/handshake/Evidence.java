package dev.handfast.handshake;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Sentences about what was offered and what is accepted. Bounded in length, whatever is offered.
 */
final class Evidence {

  private static final int SHOWN = 6;

  private Evidence() {}

  static String versions(ClientHello hello, TlsProfile profile) {
    List<String> names =
        hello.offeredVersions().stream().map(ProtocolVersion::text).distinct().toList();
    String offered =
        names.isEmpty()
            ? "no version that is known"
            : hello.supportedVersions().isEmpty() && names.getFirst().equals("TLS 1.3")
                ? "TLS 1.2" // Without supported_versions nothing newer can be offered.
                : list(names);
    return "offered %s; profile %s accepts %s".formatted(offered, profile.name(), range(profile));
  }

  private static String range(TlsProfile profile) {
    return profile.minVersion() == profile.maxVersion()
        ? "only " + profile.minVersion().text()
        : profile.minVersion().text() + " to " + profile.maxVersion().text().replace("TLS ", "");
  }

  static String cipherSuites(ClientHello hello, TlsProfile profile, ProtocolVersion version) {
    List<String> offered =
        hello.cipherSuites().stream()
            .filter(code -> !isSignal(code) && !IanaRegistry.isGrease(code))
            .map(IanaRegistry.CIPHER_SUITES::nameOf)
            .toList();
    if (offered.isEmpty()) {
      return "offered no cipher suite";
    }
    Set<String> weaknesses = new LinkedHashSet<>();
    for (String name : offered) {
      CipherSuite.weakness(name).ifPresent(weaknesses::add);
    }
    boolean allWeak = offered.stream().allMatch(name -> CipherSuite.weakness(name).isPresent());
    if (allWeak) {
      return "offers only %s, which no profile accepts: %s"
          .formatted(list(offered), String.join("; ", weaknesses));
    }
    String weak = weaknesses.isEmpty() ? "" : " (" + String.join("; ", weaknesses) + ")";
    return "offered %s%s; profile %s accepts for %s %s"
        .formatted(
            list(offered), weak, profile.name(), version.text(), list(accepted(profile, version)));
  }

  private static List<String> accepted(TlsProfile profile, ProtocolVersion version) {
    return profile.cipherSuites().stream()
        .filter(
            name ->
                CipherSuite.of(IanaRegistry.CIPHER_SUITES.codeOf(name).orElse(-1))
                    .filter(suite -> suite.isUsableWith(version))
                    .isPresent())
        .toList();
  }

  private static boolean isSignal(int code) {
    return code == CipherSuite.FALLBACK_SCSV || code == CipherSuite.RENEGOTIATION_INFO_SCSV;
  }

  static String groups(ClientHello hello, TlsProfile profile) {
    return "offered groups %s; profile %s accepts %s"
        .formatted(
            list(IanaRegistry.GROUPS.namesOf(hello.groups())),
            profile.name(),
            list(profile.groups()));
  }

  static String signatureSchemes(List<Integer> offered, TlsProfile profile) {
    String said =
        offered.isEmpty()
            ? "sent no signature_algorithms, which means SHA-1 (RFC 5246 section 7.4.1.4.1)"
            : "offered signature schemes " + list(IanaRegistry.SIGNATURE_SCHEMES.namesOf(offered));
    return "%s; profile %s accepts %s"
        .formatted(said, profile.name(), list(profile.signatureSchemes()));
  }

  /** Names separated by commas, the first few of many. */
  static String list(List<String> names) {
    if (names.isEmpty()) {
      return "none";
    }
    String shown =
        names.stream().limit(SHOWN).map(Evidence::printable).collect(Collectors.joining(", "));
    return names.size() > SHOWN ? shown + " and " + (names.size() - SHOWN) + " more" : shown;
  }

  private static String printable(String name) {
    String text = name.length() > 64 ? name.substring(0, 64) + "…" : name;
    return text.chars()
        .mapToObj(
            c -> c >= 0x20 && c < 0x7f || c == '…' ? Character.toString(c) : "\\x%02x".formatted(c))
        .collect(Collectors.joining());
  }
}
