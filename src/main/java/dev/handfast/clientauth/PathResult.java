package dev.handfast.clientauth;

import dev.handfast.handshake.ClientAuthentication.Question;
import dev.handfast.handshake.Reason;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/** What came of looking for a path from a client's certificate to a trust anchor. */
sealed interface PathResult {

  /**
   * A valid path.
   *
   * @param certificates the client's first, the trust anchor last; one if it is itself an anchor
   * @param begin the latest notBefore
   * @param end the earliest notAfter
   * @param text the path in a sentence
   */
  record Valid(List<X509Certificate> certificates, Instant begin, Instant end, String text)
      implements PathResult {

    public Valid {
      certificates = List.copyOf(certificates);
    }

    static Valid of(List<X509Certificate> path) {
      return new Valid(
          path,
          path.stream()
              .map(c -> c.getNotBefore().toInstant())
              .max(Comparator.naturalOrder())
              .orElseThrow(),
          path.stream()
              .map(c -> c.getNotAfter().toInstant())
              .min(Comparator.naturalOrder())
              .orElseThrow(),
          path.stream()
              .map(c -> "'" + c.getSubjectX500Principal().getName() + "'")
              .collect(Collectors.joining(" issued by ")));
    }

    /** Whether no validity period of the path begins or ends between then and now. */
    boolean holdsAt(Instant at) {
      return !at.isBefore(begin) && !at.isAfter(end);
    }
  }

  /**
   * No valid path.
   *
   * @param question the one that is answered by no: VALIDITY, ISSUER or CHAIN
   * @param evidence a sentence: where it broke
   */
  record Broken(Question question, Reason reason, String evidence) implements PathResult {}
}
