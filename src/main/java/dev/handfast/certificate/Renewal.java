package dev.handfast.certificate;

import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** When a certificate is renewed: with a third of its life left, as ACME clients do. */
final class Renewal {

  private static final int REMAINING_PART = 3;

  private Renewal() {}

  /** When Handfast renews this version, or null if it did not issue it. */
  static @Nullable Instant dueAt(StoredVersion version) {
    return version.origin() == Origin.LOCAL_CA && version.generation() != null
        ? dueAt(version.certificate())
        : null;
  }

  private static Instant dueAt(X509Certificate certificate) {
    Instant notAfter = certificate.getNotAfter().toInstant();
    Duration life = Duration.between(certificate.getNotBefore().toInstant(), notAfter);
    return notAfter.minus(life.dividedBy(REMAINING_PART));
  }
}
