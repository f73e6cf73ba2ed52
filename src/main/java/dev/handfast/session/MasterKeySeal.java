package dev.handfast.session;

import dev.handfast.secret.SecretId;
import dev.handfast.secret.Secrets;

/** Seals under the master key. */
final class MasterKeySeal implements SessionSeal {

  private static final String KIND = "session";

  private final Secrets secrets;

  MasterKeySeal(Secrets secrets) {
    this.secrets = secrets;
  }

  @Override
  public byte[] seal(byte[] secret, String id) {
    return secrets.seal(secret, new SecretId(KIND, id, 0));
  }

  @Override
  public byte[] identityKey() {
    return secrets.deriveKey("session identity");
  }

  @Override
  public byte[] open(byte[] sealed, String id) {
    return secrets.open(sealed, new SecretId(KIND, id, 0));
  }
}
