package dev.handfast.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.HexFormat;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.bouncycastle.tls.AlertDescription;
import org.bouncycastle.tls.ContentType;
import org.bouncycastle.tls.ProtocolVersion;
import org.bouncycastle.tls.SecurityParameters;
import org.bouncycastle.tls.TlsFatalAlert;
import org.bouncycastle.tls.crypto.CryptoHashAlgorithm;
import org.bouncycastle.tls.crypto.TlsCryptoParameters;
import org.bouncycastle.tls.crypto.TlsDecodeResult;
import org.bouncycastle.tls.crypto.TlsEncodeResult;
import org.bouncycastle.tls.crypto.TlsSecret;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** With the client's traffic secret of RFC 8448 section 3. */
class RecordCipherTest {

  private static final int HEADER = 5;

  private static final byte[] TRAFFIC_SECRET =
      HexFormat.of().parseHex("9e40646ce79a7f9dc05af8889bce6552875afa0b06df0087f792ebb7c17504a5");

  private final PrimitiveProviders providers = PrimitiveProviders.load();
  private final EngineCrypto crypto = new EngineCrypto(providers);
  private final PrimitiveHelper helper = new PrimitiveHelper(providers);
  private RecordCipher client;
  private RecordCipher server;

  @BeforeEach
  void createCiphers() throws IOException, GeneralSecurityException {
    client = cipher(RecordAead.AES_128_GCM, false);
    server = cipher(RecordAead.AES_128_GCM, true);
  }

  @Test
  void sealsTheRecordOfTheRfc() throws IOException {
    byte[] plaintext = new byte[50];
    for (int i = 0; i < plaintext.length; i++) {
      plaintext[i] = (byte) i;
    }

    assertThat(sealed(ContentType.application_data, plaintext))
        .asHexString()
        .isEqualToIgnoringCase(
            "a23f7054b62c94d0affafe8228ba55cbefacea42f914aa66bcab3f2b9819a8a5"
                + "b46b395bd54a9a20441e2b62974e1f5a6292a2977014bd1e3deae63aeebb21694915e4");
  }

  @ParameterizedTest
  @EnumSource
  void opensWhatItSealed(RecordAead aead) throws IOException, GeneralSecurityException {
    client = cipher(aead, false);
    server = cipher(aead, true);

    TlsDecodeResult opened = open(sealed(ContentType.alert, new byte[] {1, 0}));

    assertThat(content(opened)).containsExactly(1, 0);
    assertThat(opened.contentType).isEqualTo(ContentType.alert);
  }

  @Test
  void opensTheLongestRecord() throws IOException {
    byte[] plaintext = new byte[RecordBuffer.FRAGMENT];
    Arrays.fill(plaintext, (byte) 7);

    assertThat(content(open(sealed(ContentType.application_data, plaintext)))).isEqualTo(plaintext);
  }

  @Test
  void removesPadding() throws IOException {
    byte[] padded = {'h', 'i', (byte) ContentType.application_data, 0, 0};

    TlsDecodeResult opened = open(sealed((short) 0, padded));

    assertThat(content(opened)).containsExactly('h', 'i');
    assertThat(opened.contentType).isEqualTo(ContentType.application_data);
  }

  @Test
  void refusesNothingButPadding() throws IOException {
    byte[] zeros = sealed((short) 0, new byte[3]);

    refused(AlertDescription.unexpected_message, () -> open(zeros));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 5, -1})
  void refusesAChangedByte(int position) throws IOException {
    byte[] changed = sealed(ContentType.application_data, new byte[4]);
    changed[Math.floorMod(position, changed.length)] ^= 1;

    refused(AlertDescription.bad_record_mac, () -> open(changed));
  }

  @Test
  void refusesARecordOutOfTurn() throws IOException {
    byte[] first = sealed(ContentType.application_data, new byte[4]);

    refused(AlertDescription.bad_record_mac, () -> open(1, first));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 16})
  void refusesWhatIsTooShortForATag(int length) {
    refused(AlertDescription.decode_error, () -> open(new byte[length]));
  }

  private byte[] sealed(short contentType, byte[] plaintext) throws IOException {
    TlsEncodeResult record =
        client.encodePlaintext(
            0, contentType, ProtocolVersion.TLSv12, HEADER, plaintext, 0, plaintext.length);
    assertThat(record.recordType).isEqualTo(ContentType.application_data);
    return Arrays.copyOfRange(record.buf, record.off + HEADER, record.off + record.len);
  }

  private TlsDecodeResult open(byte[] record) throws IOException {
    return open(0, record);
  }

  private TlsDecodeResult open(long sequenceNumber, byte[] record) throws IOException {
    return server.decodeCiphertext(
        sequenceNumber,
        ContentType.application_data,
        ProtocolVersion.TLSv12,
        record,
        0,
        record.length);
  }

  private static byte[] content(TlsDecodeResult opened) {
    return Arrays.copyOfRange(opened.buf, opened.off, opened.off + opened.len);
  }

  private static void refused(short alert, ThrowingCallable opening) {
    assertThatExceptionOfType(TlsFatalAlert.class)
        .isThrownBy(opening)
        .extracting(TlsFatalAlert::getAlertDescription)
        .isEqualTo(alert);
  }

  private RecordCipher cipher(RecordAead aead, boolean isServer)
      throws IOException, GeneralSecurityException {
    return new RecordCipher(
        new Agreed(isServer, crypto.createSecret(TRAFFIC_SECRET.clone())),
        aead,
        helper,
        providers.random());
  }

  /** A TLS 1.3 handshake with SHA-256 and this traffic secret. */
  private static final class Agreed extends TlsCryptoParameters {

    private final boolean isServer;
    private final TlsSecret clientTrafficSecret;

    Agreed(boolean isServer, TlsSecret clientTrafficSecret) {
      super(null);
      this.isServer = isServer;
      this.clientTrafficSecret = clientTrafficSecret;
    }

    @Override
    public boolean isServer() {
      return isServer;
    }

    @Override
    public SecurityParameters getSecurityParametersHandshake() {
      return new SecurityParameters() {
        @Override
        public ProtocolVersion getNegotiatedVersion() {
          return ProtocolVersion.TLSv13;
        }

        @Override
        public int getPRFCryptoHashAlgorithm() {
          return CryptoHashAlgorithm.sha256;
        }

        @Override
        public TlsSecret getTrafficSecretClient() {
          return clientTrafficSecret;
        }

        @Override
        public TlsSecret getTrafficSecretServer() {
          return clientTrafficSecret;
        }
      };
    }
  }
}
