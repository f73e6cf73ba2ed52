package dev.handfast.handshake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.handfast.handshake.Negotiation.Choice;
import dev.handfast.handshake.Negotiation.ServerCertificate;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StandardNegotiationTest {

  private static final ServerCertificate EC = TestCertificates.ec("secp256r1");
  private static final ServerCertificate EC384 = TestCertificates.ec("secp384r1");
  private static final ServerCertificate RSA = TestCertificates.rsa();
  private static final ServerCertificate ED25519 = TestCertificates.ed25519();

  private static final TlsProfile INTERMEDIATE =
      new TlsProfile(
          "intermediate",
          ProtocolVersion.TLS_1_2,
          ProtocolVersion.TLS_1_3,
          List.of(
              "TLS_AES_128_GCM_SHA256",
              "TLS_AES_256_GCM_SHA384",
              "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
              "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"),
          List.of("X25519MLKEM768", "x25519", "secp256r1"),
          List.of(
              "ecdsa_secp256r1_sha256",
              "ecdsa_secp384r1_sha384",
              "ed25519",
              "rsa_pss_rsae_sha256",
              "rsa_pkcs1_sha256"));

  private static final TlsProfile OLD =
      new TlsProfile(
          "old",
          ProtocolVersion.TLS_1_0,
          ProtocolVersion.TLS_1_3,
          List.of(
              "TLS_AES_128_GCM_SHA256",
              "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA",
              "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
              "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA",
              "TLS_RSA_WITH_AES_128_CBC_SHA",
              "TLS_RSA_WITH_3DES_EDE_CBC_SHA"),
          List.of("x25519", "secp256r1"),
          List.of("ecdsa_secp256r1_sha256", "rsa_pkcs1_sha256", "ecdsa_sha1", "rsa_pkcs1_sha1"));

  private static Choice choose(Hellos hello, TlsProfile profile, ServerCertificate... certificates)
      throws HandshakeException {
    return Negotiation.standard().choose(hello.parsed(), profile, List.of(certificates), List.of());
  }

  private static Failure refuse(
      Hellos hello, TlsProfile profile, ServerCertificate... certificates) {
    HandshakeException e =
        catchThrowableOfType(HandshakeException.class, () -> choose(hello, profile, certificates));
    assertThat(e).as("refusal").isNotNull();
    return e.failure();
  }

  // ---- Versions

  @Test
  void theNewestCommonVersionIsChosen() throws HandshakeException {
    assertThat(choose(Hellos.modern(), INTERMEDIATE, EC).version())
        .isEqualTo(ProtocolVersion.TLS_1_3);
    assertThat(choose(Hellos.tls12(), INTERMEDIATE, EC).version())
        .isEqualTo(ProtocolVersion.TLS_1_2);
  }

  @Test
  void withoutSupportedVersionsALegacyVersionOf13MeansUpTo12() throws HandshakeException {
    assertThat(choose(Hellos.tls12().legacyVersion(0x0304), INTERMEDIATE, EC).version())
        .isEqualTo(ProtocolVersion.TLS_1_2);
  }

  @Test
  void aLegacyVersionOffersAllOlderOnes() throws HandshakeException {
    TlsProfile only10 =
        new TlsProfile(
            "p",
            ProtocolVersion.TLS_1_0,
            ProtocolVersion.TLS_1_0,
            OLD.cipherSuites(),
            OLD.groups(),
            OLD.signatureSchemes());
    Hellos hello = Hellos.tls12().cipherSuites(0xc013);
    assertThat(choose(hello, only10, RSA).version()).isEqualTo(ProtocolVersion.TLS_1_0);
  }

  @Test
  void greaseVersionsAreIgnored() throws HandshakeException {
    assertThat(choose(Hellos.modern().versions(0x7a7a, 0x0304), INTERMEDIATE, EC).version())
        .isEqualTo(ProtocolVersion.TLS_1_3);
    assertThat(refuse(Hellos.modern().versions(0x7a7a), INTERMEDIATE, EC))
        .isEqualTo(
            new Failure(
                Reason.NO_COMMON_VERSION,
                "offered no version that is known; profile intermediate accepts TLS 1.2 to 1.3"));
  }

  @Test
  void anOldVersionIsRefusedByName() {
    assertThat(refuse(Hellos.bare(0x0301), INTERMEDIATE, EC).explanation())
        .isEqualTo("offered TLS 1.0; profile intermediate accepts TLS 1.2 to 1.3");
  }

  @Test
  void anInappropriateFallbackIsRefused() throws HandshakeException {
    Hellos fallback = Hellos.tls12().cipherSuites(0xc02b, 0x5600);
    assertThat(refuse(fallback, INTERMEDIATE, EC).reason())
        .isEqualTo(Reason.INAPPROPRIATE_FALLBACK);
    TlsProfile upTo12 =
        new TlsProfile(
            "p",
            ProtocolVersion.TLS_1_2,
            ProtocolVersion.TLS_1_2,
            INTERMEDIATE.cipherSuites(),
            INTERMEDIATE.groups(),
            INTERMEDIATE.signatureSchemes());
    assertThat(choose(fallback, upTo12, EC).version()).isEqualTo(ProtocolVersion.TLS_1_2);
  }

  // ---- Cipher suites

  @Test
  void theServersOrderDecides() throws HandshakeException {
    Hellos hello = Hellos.modern().cipherSuites(0x1302, 0x1301);
    assertThat(choose(hello, INTERMEDIATE, EC).cipherSuite()).isEqualTo(0x1301);
  }

  @ParameterizedTest
  @CsvSource({
    "0005, RC4 is broken (RFC 7465)",
    "0006, export ciphers are broken by design (RFC 7525 section 4.1)",
    "0009, DES has keys of 56 bits (RFC 5469)",
    "003b, NULL does not encrypt (RFC 7525 section 4.1)",
    "0034, anonymous key exchange authenticates nobody (RFC 5246 section F.1.1.1)",
  })
  void brokenCipherSuitesAreRefusedByName(String hex, String why) {
    int code = Integer.parseInt(hex, 16);
    Failure failure = refuse(Hellos.tls12().cipherSuites(code, 0x00ff), OLD, RSA);
    assertThat(failure)
        .isEqualTo(
            new Failure(
                Reason.NO_COMMON_CIPHER_SUITE,
                "offers only "
                    + IanaRegistry.CIPHER_SUITES.nameOf(code)
                    + ", which no profile accepts: "
                    + why));
  }

  @Test
  void noProfileCanBringABrokenCipherSuiteBack() {
    TlsProfile careless =
        new TlsProfile(
            "careless",
            ProtocolVersion.TLS_1_0,
            ProtocolVersion.TLS_1_2,
            List.of("TLS_RSA_WITH_RC4_128_SHA"),
            OLD.groups(),
            OLD.signatureSchemes());
    assertThat(refuse(Hellos.tls12().cipherSuites(0x0005), careless, RSA).reason())
        .isEqualTo(Reason.NO_COMMON_CIPHER_SUITE);
  }

  @Test
  void theCertificatesKeyDecidesAboutTheCipherSuite() throws HandshakeException {
    Hellos both = Hellos.tls12().cipherSuites(0xc02b, 0xc02f);
    assertThat(choose(both, INTERMEDIATE, RSA).cipherSuite()).isEqualTo(0xc02f);
    assertThat(choose(both, INTERMEDIATE, RSA, EC).cipherSuite()).isEqualTo(0xc02b);
    assertThat(choose(both, INTERMEDIATE, RSA, EC).certificate()).isEqualTo(1);
    Failure failure = refuse(Hellos.tls12().cipherSuites(0xc02b), INTERMEDIATE, RSA);
    assertThat(failure.reason()).isEqualTo(Reason.NO_COMMON_CIPHER_SUITE);
    assertThat(failure.explanation()).contains("another certificate than RSA");
  }

  @Test
  void suitesOfTls12AreNotUsedBefore() throws HandshakeException {
    Hellos hello = Hellos.bare(0x0302).cipherSuites(0xc02f, 0xc013);
    assertThat(choose(hello, OLD, RSA).cipherSuite()).isEqualTo(0xc013);
  }

  // ---- Groups

  @Test
  void aGroupWithAKeyShareSavesARoundTrip() throws HandshakeException {
    Hellos hello = Hellos.modern().groups(0x11ec, 0x001d, 0x0017).keyShares(0x0017);
    Choice choice = choose(hello, INTERMEDIATE, EC);
    assertThat(choice.group()).isEqualTo(0x0017);
    assertThat(choice.helloRetry()).isFalse();
  }

  @Test
  void elseTheFirstCommonGroupIsAskedFor() throws HandshakeException {
    Choice choice =
        choose(Hellos.modern().groups(0x0018, 0x001d, 0x0017).keyShares(0x0018), INTERMEDIATE, EC);
    assertThat(choice.group()).isEqualTo(0x001d);
    assertThat(choice.helloRetry()).isTrue();
  }

  @Test
  void noCommonGroupIsExplained() {
    assertThat(refuse(Hellos.modern().groups(0x0018).keyShares(0x0018), INTERMEDIATE, EC))
        .isEqualTo(
            new Failure(
                Reason.NO_COMMON_GROUP,
                "offered groups secp384r1; profile intermediate accepts"
                    + " X25519MLKEM768, x25519, secp256r1"));
    Hellos tls12 = Hellos.tls12().groups(0x0018, 0x11ec).cipherSuites(0xc02f);
    assertThat(refuse(tls12, INTERMEDIATE, RSA).reason()).isEqualTo(Reason.NO_COMMON_GROUP);
  }

  @Test
  void aSilentOldClientGetsACurveThatIsAsOld() throws HandshakeException {
    Hellos hello = Hellos.bare(0x0301).cipherSuites(0xc013);
    assertThat(choose(hello, OLD, RSA).group()).isEqualTo(0x0017);
  }

  @Test
  void rsaKeyExchangeNeedsNeitherGroupNorSignature() throws HandshakeException {
    Choice choice = choose(Hellos.bare(0x0301).cipherSuites(0x002f), OLD, RSA);
    assertThat(choice.group()).isZero();
    assertThat(choice.signatureScheme()).isZero();
  }

  // ---- Signatures

  @Test
  void theCertificateThatTheClientCanVerifyIsChosen() throws HandshakeException {
    Hellos onlyRsa = Hellos.modern().signatureSchemes(0x0804);
    assertThat(choose(onlyRsa, INTERMEDIATE, EC, ED25519, RSA).certificate()).isEqualTo(2);
    Hellos onlyEd = Hellos.modern().signatureSchemes(0x0807);
    assertThat(choose(onlyEd, INTERMEDIATE, EC, ED25519, RSA).certificate()).isEqualTo(1);
  }

  @Test
  void tls13TiesEcdsaToItsCurve() throws HandshakeException {
    Hellos p256 = Hellos.modern().signatureSchemes(0x0403);
    assertThat(refuse(p256, INTERMEDIATE, EC384).reason())
        .isEqualTo(Reason.NO_COMMON_SIGNATURE_SCHEME);
    Hellos tls12 = Hellos.tls12().signatureSchemes(0x0403);
    assertThat(choose(tls12, INTERMEDIATE, EC384).signatureScheme()).isEqualTo(0x0403);
  }

  @Test
  void tls13MakesNoPkcs1Signatures() {
    assertThat(refuse(Hellos.modern().signatureSchemes(0x0401), INTERMEDIATE, RSA).reason())
        .isEqualTo(Reason.NO_COMMON_SIGNATURE_SCHEME);
  }

  @Test
  void silenceAboutSignaturesMeansSha1() throws HandshakeException {
    Hellos silent = Hellos.tls12().without(13);
    assertThat(refuse(silent, INTERMEDIATE, RSA).explanation())
        .startsWith(
            "sent no signature_algorithms, which means SHA-1 (RFC 5246 section 7.4.1.4.1);");
    assertThat(choose(silent.cipherSuites(0xc013), OLD, RSA).signatureScheme()).isEqualTo(0x0201);
  }

  @Test
  void aCurveThatTheClientDoesNotKnowIsNoUseInACertificate() {
    Hellos hello = Hellos.tls12().groups(0x001d, 0x0017).cipherSuites(0xc02b);
    assertThat(refuse(hello, INTERMEDIATE, EC384).reason())
        .isEqualTo(Reason.NO_COMMON_CIPHER_SUITE);
  }

  @ParameterizedTest
  @CsvSource({"10, supported_groups", "13, signature_algorithms", "51, key_share"})
  void tls13NeedsItsExtensions(int type, String name) {
    Failure failure = refuse(Hellos.modern().without(type), INTERMEDIATE, EC);
    assertThat(failure.reason()).isEqualTo(Reason.MISSING_EXTENSION);
    assertThat(failure.explanation()).contains(name);
  }

  // ---- Application protocols

  @Test
  void theServersApplicationProtocolOrderDecides() throws HandshakeException {
    ClientHello hello = Hellos.modern().alpn("http/1.1", "h2").parsed();
    Negotiation negotiation = Negotiation.standard();
    assertThat(
            negotiation
                .choose(hello, INTERMEDIATE, List.of(EC), List.of("h2", "http/1.1"))
                .applicationProtocol())
        .isEqualTo("h2");
    assertThat(
            negotiation.choose(hello, INTERMEDIATE, List.of(EC), List.of()).applicationProtocol())
        .isEmpty();
  }

  @Test
  void noCommonApplicationProtocolIsRefused() {
    ClientHello hello = Hellos.modern().alpn("smtp\u0001").parsed();
    HandshakeException e =
        catchThrowableOfType(
            HandshakeException.class,
            () ->
                Negotiation.standard()
                    .choose(hello, INTERMEDIATE, List.of(EC), List.of("http/1.1")));
    assertThat(e.failure())
        .isEqualTo(
            new Failure(
                Reason.NO_COMMON_APPLICATION_PROTOCOL,
                "offered ALPN smtp\\x01; the listener accepts http/1.1"));
  }

  @Test
  void withoutCertificatesNothingCanBeChosen() {
    assertThat(refuse(Hellos.modern(), INTERMEDIATE).reason()).isEqualTo(Reason.NO_CERTIFICATE);
  }
}
