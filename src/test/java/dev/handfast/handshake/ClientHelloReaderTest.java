package dev.handfast.handshake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ClientHelloReaderTest {

  private static final int LIMIT = 16384;

  @Test
  void readsWhatAClientOffers() throws HandshakeException {
    byte[] bytes = Hellos.modern().serverName("API.Example.").alpn("h2", "http/1.1").records();

    ClientHello hello = ClientHelloReader.create(LIMIT).read(ByteBuffer.wrap(bytes)).orElseThrow();

    assertThat(hello.serverName()).isEqualTo("api.example");
    assertThat(hello.applicationProtocols()).containsExactly("h2", "http/1.1");
    assertThat(hello.supportedVersions()).containsExactly(0x0304, 0x0303);
    assertThat(hello.keyShareGroups()).containsExactly(0x001d);
    assertThat(hello.cipherSuites()).containsExactly(0x1301, 0x1302, 0x1303, 0xc02b, 0xc02f);
    assertThat(hello.extensions()).containsExactly(10, 13, 43, 51, 0, 16);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 7, 100, 16384})
  void reassemblesFragmentsOfAnySize(int fragment) throws HandshakeException {
    byte[] bytes = Hellos.modern().serverName("a.example").records(fragment);
    ClientHelloReader reader = ClientHelloReader.create(LIMIT);

    for (int i = 0; i < bytes.length; i++) {
      assertThat(reader.read(ByteBuffer.wrap(bytes, 0, i))).as("after %d bytes", i).isEmpty();
    }
    ByteBuffer whole = ByteBuffer.wrap(bytes);
    assertThat(reader.read(whole)).isPresent();
    assertThat(whole.position()).isZero();
    assertThat(whole.remaining()).isEqualTo(bytes.length);
  }

  @Test
  void readsFromAnyPositionOfADirectBuffer() throws HandshakeException {
    byte[] bytes = Hellos.modern().records(50);
    ByteBuffer direct = ByteBuffer.allocateDirect(bytes.length + 3);
    direct.position(3).mark();
    direct.put(bytes).reset();

    assertThat(ClientHelloReader.create(LIMIT).read(direct)).isPresent();
  }

  @Test
  void looksAtNoByteTwice() throws HandshakeException {
    byte[] bytes = Hellos.modern().extension(21, new byte[60_000]).records(1);
    ClientHelloReader reader = ClientHelloReader.create(65535);
    long begin = System.nanoTime();
    Optional<ClientHello> hello = Optional.empty();
    for (int i = 1; i <= bytes.length; i++) {
      hello = reader.read(ByteBuffer.wrap(bytes, 0, i));
    }
    assertThat(hello).isPresent();
    // 360,000 calls; quadratic work would take minutes.
    assertThat(System.nanoTime() - begin).isLessThan(20_000_000_000L);
  }

  @Test
  void refusesAHelloLargerThanItsLimitOnceTheLengthIsKnown() {
    byte[] bytes = Hellos.modern().extension(21, new byte[3000]).records();

    assertReason(Arrays.copyOf(bytes, 9), 2000, Reason.CLIENT_HELLO_TOO_LARGE)
        .hasMessageContaining("expected: at most 2000");
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET / HTTP/1.1\r\n", "POST /x", "OPTIONS *", "PRI * HTTP/2.0\r\n"})
  void recognisesHttp(String request) {
    assertReason(request.getBytes(StandardCharsets.US_ASCII), LIMIT, Reason.HTTP_REQUEST);
  }

  @Test
  void waitsWhileAMethodMayStillCome() throws HandshakeException {
    assertThat(
            ClientHelloReader.create(LIMIT)
                .read(ByteBuffer.wrap("OPT".getBytes(StandardCharsets.US_ASCII))))
        .isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"SSH-2.0-OpenSSH", "GEX", "\0\0\0\0", "\u0016\u0002"})
  void recognisesWhatIsNotTls(String garbage) {
    assertReason(garbage.getBytes(StandardCharsets.ISO_8859_1), LIMIT, Reason.NOT_TLS);
  }

  @Test
  void namesSsl2() {
    byte[] hello =
        HexFormat.of().parseHex("802e0100020015000000100100800200800300800400800500800600");
    assertReason(hello, LIMIT, Reason.OBSOLETE_PROTOCOL).hasMessageContaining("SSL 2.0");
  }

  @Test
  void namesSsl3() {
    assertReason(Hellos.bare(0x0300).records(), LIMIT, Reason.OBSOLETE_PROTOCOL)
        .hasMessageContaining("SSL 3.0");
  }

  @Test
  void refusesAnotherRecordThanHandshake() {
    assertReason(new byte[] {21, 3, 1, 0, 2, 1, 0}, LIMIT, Reason.UNEXPECTED_MESSAGE);
    assertReason(new byte[] {22, 3, 1, 0, 1, 2}, LIMIT, Reason.UNEXPECTED_MESSAGE);
  }

  @Test
  void refusesEmptyAndOversizedRecords() {
    assertReason(new byte[] {22, 3, 1, 0, 0}, LIMIT, Reason.MALFORMED_CLIENT_HELLO);
    assertReason(new byte[] {22, 3, 1, 0x40, 1}, LIMIT, Reason.MALFORMED_CLIENT_HELLO);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0000",
    "0, 000601000361626300",
    "0, 0004000001ff",
    "0, 00050000020061",
    "10, 0000",
    "10, 0003001d00",
    "10, 000200",
    "11, 00",
    "13, 00020403ff",
    "16, 000100",
    "16, 00020568",
    "41, 0000",
    "43, 00",
    "43, 0103",
    "45, 00",
    "51, 0003001d00",
    "51, 0004001d0000",
    "51, 000a001d000161001d000162",
  })
  void refusesMalformedExtensions(int type, String hex) {
    Hellos hello = Hellos.tls12().extension(type, HexFormat.of().parseHex(hex));
    assertReason(hello.records(), LIMIT, Reason.MALFORMED_CLIENT_HELLO);
  }

  @Test
  void refusesExtensionsAfterPreSharedKey() {
    byte[] identities = HexFormat.of().parseHex("0007000161000000000021" + "20" + "00".repeat(32));
    assertReason(
            Hellos.modern().extension(41, identities).extension(21, new byte[3]).records(),
            LIMIT,
            Reason.MALFORMED_CLIENT_HELLO)
        .hasMessageContaining("pre_shared_key");
  }

  @Test
  void everyTruncationIsMalformed() {
    byte[] body = Hellos.modern().serverName("a.example").alpn("h2").body();
    List<Integer> accepted =
        java.util.stream.IntStream.range(0, body.length)
            .filter(length -> parses(Arrays.copyOf(body, length)))
            .boxed()
            .toList();
    // Only where the extensions may be left out altogether does a shorter hello make sense.
    assertThat(accepted).containsExactly(2 + 32 + 1 + 2 + 10 + 2);
  }

  private static boolean parses(byte[] body) {
    try {
      ClientHelloReader.parse(body);
      return true;
    } catch (HandshakeException e) {
      assertThat(e.failure().reason()).isEqualTo(Reason.MALFORMED_CLIENT_HELLO);
      return false;
    }
  }

  @Test
  void noMutationEscapesAsAnotherException() {
    byte[] original = Hellos.modern().serverName("a.example").alpn("h2").records();
    Random random = new Random(42);
    for (int i = 0; i < 20_000; i++) {
      byte[] bytes = original.clone();
      for (int n = random.nextInt(4); n >= 0; n--) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
      }
      try {
        ClientHelloReader.create(LIMIT).read(ByteBuffer.wrap(bytes));
      } catch (HandshakeException e) {
        assertThat(e.failure().explanation()).isNotBlank().hasSizeLessThan(300);
      }
    }
  }

  @Test
  void refusesALimitOutOfRange() {
    assertThatThrownBy(() -> ClientHelloReader.create(0)).hasMessageContaining("1..65535");
    assertThatThrownBy(() -> ClientHelloReader.create(65536)).hasMessageContaining("1..65535");
  }

  private static org.assertj.core.api.AbstractThrowableAssert<?, ?> assertReason(
      byte[] bytes, int limit, Reason reason) {
    HandshakeException e =
        catchThrowableOfType(
            HandshakeException.class,
            () -> ClientHelloReader.create(limit).read(ByteBuffer.wrap(bytes)));
    assertThat(e).isNotNull();
    assertThat(e.failure().reason()).isEqualTo(reason);
    return assertThat(e);
  }
}
