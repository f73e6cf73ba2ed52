package dev.handfast.clientauth;

import dev.handfast.handshake.Reason;
import dev.handfast.testing.Pki.Issued;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A chain, and what is to be decided about it.
 *
 * @param refusal why it is refused, or null: the client comes in
 * @param difference why OpenSSL decides otherwise, or null: it decides the same
 */
record ChainCase(
    String name,
    List<Issued> sent,
    List<Issued> trusted,
    @Nullable Reason refusal,
    @Nullable String difference) {

  static ChainCase good(String name, List<Issued> sent, Issued... trusted) {
    return new ChainCase(name, sent, List.of(trusted), null, null);
  }

  static ChainCase bad(String name, Reason refusal, List<Issued> sent, Issued... trusted) {
    return new ChainCase(name, sent, List.of(trusted), refusal, null);
  }

  ChainCase openSslDiffers(String why) {
    return new ChainCase(name, sent, trusted, refusal, why);
  }

  @Override
  public String toString() {
    return name;
  }
}
