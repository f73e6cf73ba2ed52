package dev.handfast.secret;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.Base64;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SecretsTest {

  private static final SecretId ID = new SecretId("certificate-key", "www", 3);
  private static final byte[] SECRET = "a private key".getBytes(US_ASCII);

  /** The test vectors of c2sp.org/XAES-256-GCM. */
  @ParameterizedTest
  @CsvSource({
    "01, '', ce546ef63c9cc60765923609b33a9a1974e96e52daf2fcf7075e2271",
    "03, c2sp.org/XAES-256-GCM, 986ec1832593df5443a179437fd083bf3fdb41abd740a21f71eb769d"
  })
  void theCipherIsTheSpecifiedOne(String keyByte, String associated, String expected)
      throws Exception {
    XAes256Gcm cipher = new XAes256Gcm(HexFormat.of().parseHex(keyByte.repeat(32)));
    byte[] nonce = "ABCDEFGHIJKLMNOPQRSTUVWX".getBytes(US_ASCII);

    byte[] ciphertext =
        cipher.seal(nonce, "XAES-256-GCM".getBytes(US_ASCII), associated.getBytes(US_ASCII));

    assertThat(HexFormat.of().formatHex(ciphertext)).isEqualTo(expected);
    assertThat(cipher.open(nonce, ciphertext, associated.getBytes(US_ASCII)))
        .asString(US_ASCII)
        .isEqualTo("XAES-256-GCM");
  }

  @Test
  void aSealedSecretIsOpenedUnderTheSameIdentity() {
    Secrets secrets = secrets(key(1));

    byte[] sealed = secrets.seal(SECRET, ID);

    assertThat(sealed).hasSize(SECRET.length + Secrets.OVERHEAD);
    assertThat(secrets.open(sealed, new SecretId("certificate-key", "www", 3))).isEqualTo(SECRET);
  }

  @Test
  void theSameSecretIsSealedDifferentlyEachTime() {
    Secrets secrets = secrets(key(1));
    Set<String> sealed = new HashSet<>();
    for (int i = 0; i < 1000; i++) {
      sealed.add(HexFormat.of().formatHex(secrets.seal(SECRET, ID)));
    }
    assertThat(sealed).hasSize(1000);
  }

  @Test
  void aSecretMovedToAnotherRowIsNotOpened() {
    Secrets secrets = secrets(key(1));
    byte[] sealed = secrets.seal(SECRET, ID);

    for (SecretId other :
        new SecretId[] {
          new SecretId("certificate-key", "www", 2),
          new SecretId("certificate-key", "ww", 3),
          new SecretId("certificate-keyw", "ww", 3),
          new SecretId("session", "www", 3)
        }) {
      assertThatThrownBy(() -> secrets.open(sealed, other))
          .isInstanceOf(UnopenableSecretException.class)
          .hasMessageContaining("sealed as another secret");
    }
  }

  @Test
  void everyChangedByteIsNoticed() {
    Secrets secrets = secrets(key(1));
    byte[] sealed = secrets.seal(SECRET, ID);

    for (int i = 0; i < sealed.length; i++) {
      byte[] changed = sealed.clone();
      changed[i] ^= 1;
      assertThatThrownBy(() -> secrets.open(changed, ID))
          .isInstanceOf(UnopenableSecretException.class);
    }
    for (int length = 0; length < sealed.length; length++) {
      byte[] cut = Arrays.copyOf(sealed, length);
      assertThatThrownBy(() -> secrets.open(cut, ID)).isInstanceOf(UnopenableSecretException.class);
    }
  }

  @Test
  void aNewFirstKeySealsAndTheOldOneStillOpens() {
    byte[] old = secrets(key(1)).seal(SECRET, ID);
    Secrets both = secrets(key(2) + "," + key(1));

    assertThat(both.open(old, ID)).isEqualTo(SECRET);
    assertThat(both.isCurrent(old)).isFalse();
    byte[] sealedAgain = both.seal(SECRET, ID);
    assertThat(both.isCurrent(sealedAgain)).isTrue();
    assertThat(secrets(key(2)).open(sealedAgain, ID)).isEqualTo(SECRET);
    assertThatThrownBy(() -> secrets(key(2)).open(old, ID))
        .isInstanceOf(UnopenableSecretException.class)
        .hasMessageContaining("which is not given");
  }

  private static Secrets secrets(String keys) {
    return new Secrets(MasterKeys.parse(keys, "test"));
  }

  static String key(int fill) {
    byte[] key = new byte[32];
    Arrays.fill(key, (byte) fill);
    return Base64.getEncoder().encodeToString(key);
  }
}
