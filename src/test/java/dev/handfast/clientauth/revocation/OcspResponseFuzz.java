package dev.handfast.clientauth.revocation;

import dev.handfast.testing.Pki;
import java.time.Instant;

/** Anything as an OCSP response: it must never be believed, as nobody signed it. */
public final class OcspResponseFuzz {

  private static final Pki.Issued ROOT = Pki.root("CN=Root");
  private static final Pki.Issued CLIENT = Pki.certificate("CN=Client").issue(ROOT);
  private static final OcspMessages QUESTION =
      new OcspMessages(
          CLIENT.certificate(),
          ROOT.certificate(),
          new RevocationSettings.Ocsp(null, null, RevocationSettings.Nonce.OPTIONAL));

  private OcspResponseFuzz() {}

  /** Called by the fuzzer. */
  public static void fuzzerTestOneInput(byte[] data) {
    try {
      throw new AssertionError("believed: " + QUESTION.read(data, Instant.now()));
    } catch (FetchException expected) {
      return;
    }
  }
}
