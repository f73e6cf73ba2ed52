package dev.handfast.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.io.IOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.concurrent.FutureTask;
import org.bouncycastle.tls.crypto.CryptoHashAlgorithm;
import org.bouncycastle.tls.crypto.TlsCryptoUtils;
import org.bouncycastle.tls.crypto.TlsSecret;
import org.junit.jupiter.api.Test;

/** With the key schedule of RFC 8448 section 3. */
class EngineSecretTest {

  private static final String EARLY =
      "33ad0a1c607ec03b09e6cd9893680ce210adf300aa1f2660e1b22e10f170f92a";

  private final EngineCrypto crypto = new EngineCrypto(PrimitiveProviders.load());

  @Test
  void derivesTheSecretsOfTheRfc() throws Exception {
    assertThat(derived()).asHexString().isEqualToIgnoringCase(expected());
  }

  @Test
  void derivesThemOnAVirtualThread() throws Exception {
    FutureTask<byte[]> task = new FutureTask<>(this::derived);
    Thread.startVirtualThread(task);

    assertThat(task.get()).asHexString().isEqualToIgnoringCase(expected());
  }

  @Test
  void expandsToAKeyShorterThanTheHash() throws IOException {
    TlsSecret traffic = secret("9e40646ce79a7f9dc05af8889bce6552875afa0b06df0087f792ebb7c17504a5");

    assertThat(expand(traffic, "key", new byte[0], 16).extract())
        .asHexString()
        .isEqualToIgnoringCase("17422dda596ed5d9acd890e3c63f5051");
  }

  @Test
  void expandsToMoreThanTheHash() throws IOException {
    byte[] twoBlocks =
        secret(EARLY).hkdfExpand(CryptoHashAlgorithm.sha256, new byte[0], 40).extract();
    byte[] oneBlock =
        secret(EARLY).hkdfExpand(CryptoHashAlgorithm.sha256, new byte[0], 32).extract();

    assertThat(twoBlocks).hasSize(40).startsWith(oneBlock);
  }

  @Test
  void isGoneOnceItWasASalt() {
    TlsSecret salt = secret(EARLY);
    salt.hkdfExtract(CryptoHashAlgorithm.sha256, secret(EARLY));

    assertThatIllegalStateException()
        .isThrownBy(() -> salt.hkdfExpand(CryptoHashAlgorithm.sha256, new byte[0], 32));
  }

  @Test
  void refusesAHashThatTls13DoesNotHave() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> secret(EARLY).hkdfExpand(CryptoHashAlgorithm.sha1, new byte[0], 20))
        .withMessageContaining("expected: SHA-256 or SHA-384");
  }

  private static String expected() {
    return EARLY + "6f2615a108c702c5678f54fc9dbab69716c076189c48250cebeac3576c3611ba";
  }

  /** The early secret, and what the handshake's is extracted with. */
  private byte[] derived() throws IOException, NoSuchAlgorithmException {
    TlsSecret zeros = crypto.hkdfInit(CryptoHashAlgorithm.sha256);
    TlsSecret early =
        crypto.hkdfInit(CryptoHashAlgorithm.sha256).hkdfExtract(CryptoHashAlgorithm.sha256, zeros);
    byte[] empty = MessageDigest.getInstance("SHA-256").digest();
    byte[] derived = expand(early, "derived", empty, 32).extract();
    byte[] both = Arrays.copyOf(early.extract(), 64);
    System.arraycopy(derived, 0, both, 32, 32);
    return both;
  }

  private static TlsSecret expand(TlsSecret from, String label, byte[] context, int length)
      throws IOException {
    return TlsCryptoUtils.hkdfExpandLabel(from, CryptoHashAlgorithm.sha256, label, context, length);
  }

  private TlsSecret secret(String hex) {
    return new EngineSecret(crypto, HexFormat.of().parseHex(hex));
  }
}
