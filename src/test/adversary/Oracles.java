import de.rub.nds.modifiablevariable.util.Modifiable;
import de.rub.nds.tlsattacker.core.constants.CipherSuite;
import de.rub.nds.tlsattacker.core.protocol.message.ApplicationMessage;
import de.rub.nds.tlsattacker.core.protocol.message.ECDHClientKeyExchangeMessage;
import de.rub.nds.tlsattacker.core.protocol.message.RSAClientKeyExchangeMessage;
import de.rub.nds.tlsattacker.core.record.Record;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;

/** What a server could tell an attacker about what it decrypted. */
final class Oracles {

  private static final int RSA_BYTES = 256;

  private Oracles() {}

  static void addTo(Attacks attacks) {
    bleichenbacher(attacks);
    padding(attacks, "cbc-sha", Clients.CBC);
    padding(attacks, "cbc-sha256", Clients.CBC_SHA256);
  }

  /** PKCS #1 v1.5 blocks that a server must not tell from one another (RFC 5246 7.4.7.1). */
  private static void bleichenbacher(Attacks attacks) {
    Map<String, byte[]> blocks = new LinkedHashMap<>();
    byte[] secret = new byte[48];
    Arrays.fill(secret, (byte) 0x42);
    secret[0] = 3;
    secret[1] = 3;
    blocks.put("wrong-secret", block(secret));
    blocks.put("wrong-version", Attacks.edited(block(secret), RSA_BYTES - 48, 2));
    blocks.put("old-version", Attacks.edited(block(secret), RSA_BYTES - 47, 1));
    blocks.put("first-byte", Attacks.edited(block(secret), 0, 0x17));
    blocks.put("second-byte", Attacks.edited(block(secret), 1, 0x17));
    blocks.put("block-type-1", Attacks.edited(block(secret), 1, 1));
    blocks.put("no-zero", Attacks.edited(block(secret), RSA_BYTES - 49, 0x17));
    blocks.put("zero-in-padding", Attacks.edited(block(secret), 5, 0));
    blocks.put("zero-behind-padding", Attacks.edited(block(secret), 20, 0));
    blocks.put("secret-47", block(Arrays.copyOfRange(secret, 0, 47)));
    blocks.put("secret-49", block(Arrays.copyOf(secret, 49)));
    blocks.put("secret-0", block(new byte[0]));
    blocks.put("secret-1", block(new byte[] {3}));
    blocks.forEach(
        (name, block) ->
            attacks.add(
                "bleichenbacher-" + name,
                Clients.tls12(Clients.RSA),
                trace -> {
                  RSAClientKeyExchangeMessage message = new RSAClientKeyExchangeMessage();
                  message.prepareComputations();
                  message
                      .getComputations()
                      .setPlainPaddedPremasterSecret(Modifiable.explicit(block));
                  Attacks.finish(trace, message);
                }));
    for (byte fill : new byte[] {0, 1, (byte) 0xff}) {
      attacks.add(
          "bleichenbacher-ciphertext-" + (fill & 0xff),
          Clients.tls12(Clients.RSA),
          trace -> {
            byte[] ciphertext = new byte[RSA_BYTES];
            Arrays.fill(ciphertext, fill);
            RSAClientKeyExchangeMessage message = new RSAClientKeyExchangeMessage();
            message.setPublicKey(Modifiable.explicit(ciphertext));
            Attacks.finish(trace, message);
          });
    }
  }

  private static byte[] block(byte[] secret) {
    byte[] block = new byte[RSA_BYTES];
    Arrays.fill(block, (byte) 0x99);
    block[0] = 0;
    block[1] = 2;
    block[RSA_BYTES - secret.length - 1] = 0;
    System.arraycopy(secret, 0, block, RSA_BYTES - secret.length, secret.length);
    return block;
  }

  /**
   * CBC records, MAC-then-encrypt: in the Finished and in application data, wrong MACs and wrong
   * paddings of several lengths, Lucky 13's and POODLE's among them.
   */
  private static void padding(Attacks attacks, String suite, CipherSuite cipherSuite) {
    int macBytes = cipherSuite == Clients.CBC ? 20 : 32;
    Map<String, Consumer<Record>> damages = new LinkedHashMap<>();
    damages.put("mac-first", r -> r.getComputations().setMac(Modifiable.xor(new byte[] {1}, 0)));
    damages.put(
        "mac-last", r -> r.getComputations().setMac(Modifiable.xor(new byte[] {1}, macBytes - 1)));
    damages.put(
        "padding-byte", r -> r.getComputations().setPadding(Modifiable.xor(new byte[] {1}, 0)));
    damages.put("poodle", Oracles::poodle);
    damages.put("plaintext-zero", r -> plaintext(r, 64, 0));
    damages.put("plaintext-255", r -> plaintext(r, 64, 0xff));
    damages.put("plaintext-lucky-short", r -> plaintext(r, 304, 0xff));
    damages.put("plaintext-lucky-long", r -> plaintext(r, 320, 0xff));
    // Not shorter than a MAC: that is seen by everybody, and refused before anything is decrypted.
    damages.put("plaintext-just-padding", r -> plaintext(r, 48, 47));
    damages.put(
        "plaintext-padding-over-mac", r -> plaintext(r, macBytes == 20 ? 32 : 48, macBytes));
    damages.forEach(
        (name, damage) -> {
          attacks.add(
              "padding-%s-data-%s".formatted(suite, name),
              Clients.tls12(cipherSuite),
              trace -> {
                Attacks.finish(trace, new ECDHClientKeyExchangeMessage());
                Attacks.send(
                    trace,
                    new ApplicationMessage("0123456".getBytes(StandardCharsets.US_ASCII)),
                    Attacks.damaged(damage));
              });
          if (name.startsWith("plaintext")) {
            attacks.add(
                "padding-%s-finished-%s".formatted(suite, name),
                Clients.tls12(cipherSuite),
                trace -> Attacks.finish(trace, Attacks.damaged(damage)));
          }
        });
  }

  /** A full block of padding whose bytes, but the last, are wrong: SSL 3.0 would take it. */
  private static void poodle(Record record) {
    record.getComputations().setAdditionalPaddingLength(16);
    record.getComputations().setPadding(Modifiable.xor(new byte[] {(byte) 0x80}, 2));
  }

  private static void plaintext(Record record, int length, int fill) {
    byte[] plaintext = new byte[length];
    Arrays.fill(plaintext, (byte) fill);
    record.getComputations().setPlainRecordBytes(Modifiable.explicit(plaintext));
  }
}
