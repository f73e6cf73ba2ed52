package dev.handfast.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.handfast.handshake.ClientHello;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class FingerprintsTest {

  // The example of JA4's published description: Chrome, with GREASE and in the order of the wire.
  private static final List<Integer> CHROME_CIPHER_SUITES =
      List.of(
          0x1a1a, 0x1301, 0x1302, 0x1303, 0xc02b, 0xc02f, 0xc02c, 0xc030, 0xcca9, 0xcca8, 0xc013,
          0xc014, 0x009c, 0x009d, 0x002f, 0x0035);
  private static final List<Integer> CHROME_EXTENSIONS =
      List.of(
          0x4a4a, 0x001b, 0x0000, 0x0033, 0x0010, 0x4469, 0x0017, 0x002d, 0x000d, 0x0005, 0x0023,
          0x0012, 0x002b, 0xff01, 0x000b, 0x000a, 0x0015, 0x8a8a);
  private static final List<Integer> CHROME_SCHEMES =
      List.of(0x0403, 0x0804, 0x0401, 0x0503, 0x0805, 0x0501, 0x0806, 0x0601);

  @Test
  void ja4IsThatOfThePublishedExample() {
    ClientHello chrome =
        hello(
            0x0303,
            List.of(0x2a2a, 0x0304, 0x0303),
            CHROME_CIPHER_SUITES,
            CHROME_EXTENSIONS,
            CHROME_SCHEMES,
            List.of("h2", "http/1.1"));
    assertThat(Fingerprints.ja4(chrome)).isEqualTo("t13d1516h2_8daaf6152771_e5627efa2ab1");
  }

  @Test
  void ja4OfABareClientHelloHasZeroesWhereNothingIs() {
    ClientHello bare = hello(0x0301, List.of(), List.of(), List.of(), List.of(), List.of());
    assertThat(Fingerprints.ja4(bare)).isEqualTo("t10i000000_000000000000_000000000000");
  }

  @Test
  void ja4WritesAnUnprintableApplicationProtocolInHex() {
    ClientHello hello =
        hello(
            0x0303,
            List.of(),
            Collections.nCopies(120, 0x1301),
            List.of(16),
            List.of(),
            List.of("\u00ab\u00cd"));
    assertThat(Fingerprints.ja4(hello)).startsWith("t12i9901ad_");
  }

  @Test
  void ja3IsThatOfThePublishedExamples() {
    ClientHello withExtensions =
        new ClientHello(
            769,
            List.of(),
            new byte[0],
            List.of(47, 53, 5, 10, 49161, 49162, 49171, 49172, 50, 56, 19, 4),
            List.of(0, 10, 11),
            List.of(23, 24, 25),
            List.of(),
            List.of(),
            List.of(),
            List.of(0),
            "example.com",
            List.of(),
            List.of(),
            List.of());
    assertThat(Fingerprints.ja3(withExtensions)).isEqualTo("ada70206e40642a3e4461f35503241d5");
    assertThat(
            Fingerprints.ja3(
                hello(
                    769,
                    List.of(),
                    List.of(4, 5, 10, 9, 100, 98, 3, 6, 19, 18, 99),
                    List.of(),
                    List.of(),
                    List.of())))
        .isEqualTo("de350869b8c85de67a350c8d186f11e6");
  }

  private static ClientHello hello(
      int legacyVersion,
      List<Integer> versions,
      List<Integer> cipherSuites,
      List<Integer> extensions,
      List<Integer> schemes,
      List<String> alpn) {
    return new ClientHello(
        legacyVersion,
        versions,
        new byte[0],
        cipherSuites,
        extensions,
        List.of(),
        List.of(),
        schemes,
        List.of(),
        List.of(),
        null,
        alpn,
        List.of(),
        List.of());
  }
}
