package dev.handfast.clientauth;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Anything as the certificates or CRLs of a trust bundle: read, or refused with a sentence. */
public final class TrustInputFuzz {

  private TrustInputFuzz() {}

  /** Called by the fuzzer. The first byte says as what the others are given. */
  public static void fuzzerTestOneInput(byte[] data) {
    if (data.length == 0) {
      return;
    }
    String text = new String(Arrays.copyOfRange(data, 1, data.length), StandardCharsets.ISO_8859_1);
    try {
      if ((data[0] & 1) == 0) {
        Pem.certificates(text, 20);
      } else {
        Pem.crls(text, 20);
      }
    } catch (IllegalArgumentException refused) {
      if (refused.getClass() != IllegalArgumentException.class) {
        throw refused;
      }
    }
  }
}
