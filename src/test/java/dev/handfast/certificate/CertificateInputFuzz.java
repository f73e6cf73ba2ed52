package dev.handfast.certificate;

import dev.handfast.configuration.InvalidConfigurationException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;

/** Anything as an uploaded certificate, private key or PKCS#12 file: read, or refused by name. */
public final class CertificateInputFuzz {

  private CertificateInputFuzz() {}

  /** Called by the fuzzer. The first byte says as what the others are uploaded. */
  public static void fuzzerTestOneInput(byte[] data) {
    if (data.length == 0) {
      return;
    }
    byte[] bytes = Arrays.copyOfRange(data, 1, data.length);
    String text = new String(bytes, StandardCharsets.ISO_8859_1);
    try {
      switch (data[0] & 3) {
        case 0 -> PemInput.certificates("certificateChainPem", text);
        case 1 -> PemInput.privateKey("privateKeyPem", text, null);
        case 2 -> PemInput.privateKey("privateKeyPem", text, "password");
        default -> Pkcs12Input.read(Base64.getEncoder().encodeToString(bytes), "password");
      }
    } catch (InvalidConfigurationException refused) {
      requireExplained(refused);
    }
  }

  private static void requireExplained(InvalidConfigurationException refused) {
    if (refused.violations().stream()
        .anyMatch(it -> it.message().isBlank() || it.message().contains("null"))) {
      throw new AssertionError("an explanation that explains nothing: " + refused.violations());
    }
  }
}
