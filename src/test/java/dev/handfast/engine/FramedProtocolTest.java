package dev.handfast.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.handfast.handshake.Reason;
import dev.handfast.handshake.Step;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.bouncycastle.tls.ContentType;
import org.bouncycastle.tls.ProtocolVersion;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FramedProtocolTest {

  private static final TlsEngines ENGINES = TlsEngines.create();
  private static final ServerCredential CERTIFICATE =
      ENGINES.prepare(new TestPki().server("EC-P256").credential("ec"));

  /** Asks for none in return. */
  private static final byte[] KEY_UPDATE = {24, 0, 0, 1, 0};

  private static final int RECORD_HEADER = 5;

  private final BcClient client = new BcClient();
  private final Loopback loopback =
      new Loopback(ENGINES, client, EngineServer.settings(TestProfiles.OLD, CERTIFICATE));

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 4})
  void aMessageMayComeInParts(int first) throws IOException {
    loopback.run();

    say(Arrays.copyOf(KEY_UPDATE, first));
    say(Arrays.copyOfRange(KEY_UPDATE, first, KEY_UPDATE.length));
    loopback.pump();

    assertThat(loopback.events.failures).isEmpty();
    assertThat(loopback.events.order).contains("KEY_UPDATE");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 4})
  void nothingComesBetweenItsParts(int first) throws IOException {
    loopback.run();

    say(Arrays.copyOf(KEY_UPDATE, first));
    client.send("data");
    loopback.pump();

    assertThat(loopback.failure().reason()).isEqualTo(Reason.UNEXPECTED_MESSAGE);
    assertThat(loopback.failure().explanation()).contains("between the parts");
    assertThat(loopback.receivedByServer()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 4, 5})
  void keysChangeAtTheEndOfARecordOnly(int more) throws IOException {
    loopback.run();

    byte[] record = Arrays.copyOf(KEY_UPDATE, KEY_UPDATE.length + more);
    System.arraycopy(KEY_UPDATE, 0, record, KEY_UPDATE.length, more);
    say(record);
    loopback.pump();

    assertThat(loopback.failure().reason()).isEqualTo(Reason.UNEXPECTED_MESSAGE);
    assertThat(loopback.failure().explanation()).contains("key_update", "its end");
    assertThat(loopback.events.order).doesNotContain("KEY_UPDATE");
  }

  @Test
  void theClientHelloEndsItsRecord() {
    byte[] hello = client.connect().takeOutput();
    byte[] longer = Arrays.copyOf(hello, hello.length + KEY_UPDATE.length);
    System.arraycopy(KEY_UPDATE, 0, longer, hello.length, KEY_UPDATE.length);
    ByteBuffer.wrap(longer).putShort(3, (short) (longer.length - RECORD_HEADER));

    loopback.start(longer).receive(ByteBuffer.wrap(longer));

    assertThat(loopback.failure().reason()).isEqualTo(Reason.UNEXPECTED_MESSAGE);
    assertThat(loopback.failure().explanation()).contains("client_hello", "its end");
  }

  /** RFC 8446 section 5.5: before a key has protected too many records. */
  @Test
  void whatTheClientAnswersToAKeyUpdateIsNotItsOwn() {
    client.versions = ProtocolVersion.TLSv13.only();
    loopback.run();
    long updates = stepsOfKeyUpdate();
    for (int records = 0; records < 1 << 20; records += 1 << 10) {
      for (int i = 0; i < 1 << 10; i++) {
        loopback.serverSends("x");
      }
      loopback.pump();
    }
    loopback.serverSends("x");
    loopback.pump();
    // Its answer goes out with its next data.
    client.send("thanks");
    loopback.pump();

    assertThat(loopback.events.failures).isEmpty();
    assertThat(loopback.receivedByServer()).isEqualTo("thanks");
    assertThat(stepsOfKeyUpdate() - updates).isEqualTo(2);
    assertThat(loopback.events.order).doesNotContain("KEY_UPDATE");
  }

  private long stepsOfKeyUpdate() {
    return loopback.events.steps.stream().filter(step -> step.step() == Step.KEY_UPDATE).count();
  }

  private void say(byte[] record) throws IOException {
    client.protocol.record(ContentType.handshake, record);
  }
}
