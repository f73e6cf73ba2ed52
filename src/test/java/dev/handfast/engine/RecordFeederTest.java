package dev.handfast.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.handfast.handshake.Reason;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Records that arrive in pieces. */
class RecordFeederTest {

  private static final TlsEngines ENGINES = TlsEngines.create();
  private static final ServerCredential EC =
      ENGINES.prepare(new TestPki().server("EC-P256").credential("ec"));

  private final BcClient client = new BcClient();
  private final Loopback loopback =
      new Loopback(ENGINES, client, EngineServer.settings(TestProfiles.OLD, EC));

  @ParameterizedTest
  @CsvSource({
    "1.3, 1", "1.3, 4", "1.3, 5", "1.3, 7", "1.3, 8000", "1.3, 16406", "1.3, 16407", "1.3, 20000",
    "1.2, 1", "1.2, 4", "1.2, 5", "1.2, 7", "1.2, 8000", "1.2, 16412", "1.2, 16413", "1.2, 20000",
  })
  void theyAreReadAsOne(String version, int piece) {
    client.versions = ServerEngineTest.version(version).only();
    loopback.run();
    String text = "0123456789".repeat(5000);
    client.send(text);
    receive(client.takeOutput(), piece);

    assertThat(loopback.events.failures).isEmpty();
    assertThat(loopback.receivedByServer()).isEqualTo(text);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 100})
  void anAlertAmongThemIsRead(int piece) throws IOException {
    loopback.run();
    client.send("last words");
    client.protocol.close();
    receive(client.takeOutput(), piece);

    assertThat(loopback.events.failures).isEmpty();
    assertThat(loopback.receivedByServer()).isEqualTo("last words");
    assertThat(loopback.events.order).endsWith("inputClosed");
  }

  @Test
  void aHeaderThatAnnouncesTooMuchFailsAtOnce() {
    loopback.run();
    receive(new byte[] {23, 3, 3, 0x7f, 0x7f}, 2);

    assertThat(loopback.failure().reason()).isEqualTo(Reason.RECORD_TOO_LARGE);
  }

  @Test
  void aHeaderOfAnUnknownTypeFailsAtOnce() {
    loopback.run();
    receive(new byte[] {99, 3, 3, 0, 50}, 5);

    assertThat(loopback.failure().reason()).isEqualTo(Reason.UNEXPECTED_MESSAGE);
  }

  private void receive(byte[] ciphertext, int piece) {
    for (int i = 0; i < ciphertext.length; i += piece) {
      int length = Math.min(piece, ciphertext.length - i);
      loopback.engine().receive(ByteBuffer.wrap(ciphertext, i, length));
    }
  }
}
