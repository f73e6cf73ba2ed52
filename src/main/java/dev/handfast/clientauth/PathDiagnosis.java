package dev.handfast.clientauth;

import dev.handfast.handshake.ClientAuthentication.Question;
import dev.handfast.handshake.Reason;
import java.security.GeneralSecurityException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertPathValidatorException.BasicReason;
import java.security.cert.PKIXReason;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.x509.AuthorityKeyIdentifier;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.SubjectKeyIdentifier;
import org.jspecify.annotations.Nullable;

/**
 * Finds out where a path broke, after the builder found none that is valid. It only explains: no
 * answer of this class lets anyone in.
 */
final class PathDiagnosis {

  private static final int MAX_DEPTH = 17;
  private static final int MAX_VERIFICATIONS = 50;

  private final List<X509Certificate> chain;
  private final List<X509Certificate> anchors;
  private final Instant at;
  private int verifications;

  PathDiagnosis(List<X509Certificate> chain, List<X509Certificate> anchors, Instant at) {
    this.chain = chain;
    this.anchors = anchors;
    this.at = at;
  }

  /** The first question that has no good answer, in the order in which they are asked. */
  PathResult.Broken explain() {
    List<X509Certificate> below = new ArrayList<>();
    X509Certificate last = chain.getFirst();
    while (below.size() < MAX_DEPTH) {
      below.add(last);
      X509Certificate child = last;
      List<X509Certificate> named =
          Stream.concat(anchors.stream(), chain.stream())
              .filter(c -> c.getSubjectX500Principal().equals(child.getIssuerX500Principal()))
              .filter(c -> anchors.contains(c) || !below.contains(c))
              .distinct()
              .toList();
      List<X509Certificate> identified =
          named.stream().filter(issuer -> keyIdentifiersAgree(child, issuer)).toList();
      if (identified.isEmpty()) {
        return untrusted(child, !named.isEmpty());
      }
      X509Certificate issuer =
          identified.stream().filter(c -> verifies(child, c)).findFirst().orElse(null);
      if (issuer == null) {
        return new PathResult.Broken(
            Question.CHAIN,
            Reason.CLIENT_CHAIN_INVALID,
            "the key of '%s' does not verify the signature of '%s'"
                .formatted(subject(identified.getFirst()), subject(child)));
      }
      if (anchors.contains(issuer)) {
        return judge(below, issuer);
      }
      last = issuer;
    }
    return new PathResult.Broken(
        Question.CHAIN,
        Reason.CLIENT_CHAIN_INVALID,
        "the chain is longer than %d certificates".formatted(MAX_DEPTH));
  }

  private PathResult.Broken untrusted(X509Certificate child, boolean sameName) {
    String issuer = child.getIssuerX500Principal().getName();
    String evidence;
    if (sameName) {
      evidence =
          "'%s' was issued by a '%s' with another key than the one that is known by this name"
              .formatted(subject(child), issuer);
    } else if (child.getSubjectX500Principal().equals(child.getIssuerX500Principal())) {
      evidence = "'%s' is self-signed, and not in the trust bundle".formatted(issuer);
    } else {
      evidence =
          "'%s' was issued by '%s', which is neither in the trust bundle nor among what was sent"
              .formatted(subject(child), issuer);
    }
    return new PathResult.Broken(Question.ISSUER, Reason.CLIENT_ISSUER_UNTRUSTED, evidence);
  }

  /** The path reaches an anchor; the JDK's validator says what is wrong with it. */
  private PathResult.Broken judge(List<X509Certificate> below, X509Certificate anchor) {
    try {
      CertificationPaths.validate(below, anchor, at);
    } catch (PathException e) {
      return new PathResult.Broken(Question.CHAIN, e.reason(), e.evidence());
    } catch (CertPathValidatorException e) {
      if (e.getCause() instanceof PathException own) {
        return new PathResult.Broken(Question.CHAIN, own.reason(), own.evidence());
      }
      int index = e.getIndex();
      X509Certificate failed =
          index >= 0 && index < below.size() ? below.get(index) : below.getFirst();
      return explain(e, failed, failed.equals(chain.getFirst()));
    }
    return new PathResult.Broken(
        Question.CHAIN, Reason.CLIENT_CHAIN_INVALID, "no valid path could be built");
  }

  private PathResult.Broken explain(
      CertPathValidatorException e, X509Certificate failed, boolean clients) {
    String name = subject(failed);
    CertPathValidatorException.Reason why = e.getReason();
    if (why == BasicReason.EXPIRED) {
      return new PathResult.Broken(
          clients ? Question.VALIDITY : Question.CHAIN,
          Reason.CLIENT_CERTIFICATE_EXPIRED,
          "'%s' expired on %s; the clock reads %s"
              .formatted(name, failed.getNotAfter().toInstant(), at));
    }
    if (why == BasicReason.NOT_YET_VALID) {
      return new PathResult.Broken(
          clients ? Question.VALIDITY : Question.CHAIN,
          Reason.CLIENT_CERTIFICATE_NOT_YET_VALID,
          "'%s' is valid only from %s; the clock reads %s"
              .formatted(name, failed.getNotBefore().toInstant(), at));
    }
    String evidence = sentence(why, name, e);
    Reason reason =
        clients
                && (why == PKIXReason.UNRECOGNIZED_CRIT_EXT
                    || why == BasicReason.ALGORITHM_CONSTRAINED)
            ? Reason.CLIENT_CERTIFICATE_UNSUITABLE
            : Reason.CLIENT_CHAIN_INVALID;
    return new PathResult.Broken(Question.CHAIN, reason, evidence);
  }

  private static String sentence(
      CertPathValidatorException.Reason why, String name, CertPathValidatorException e) {
    return switch (why) {
      case BasicReason.INVALID_SIGNATURE -> "the signature of '%s' does not verify".formatted(name);
      case BasicReason.ALGORITHM_CONSTRAINED ->
          "'%s' uses an algorithm or key that is too weak".formatted(name);
      case PKIXReason.NOT_CA_CERT ->
          "'%s' issued a certificate, but is not a CA's (basic constraints)".formatted(name);
      case PKIXReason.PATH_TOO_LONG ->
          "'%s' or a CA above it has a path length constraint that this chain exceeds"
              .formatted(name);
      case PKIXReason.INVALID_KEY_USAGE ->
          "'%s' issued a certificate, but its key usage does not include keyCertSign"
              .formatted(name);
      case PKIXReason.INVALID_NAME ->
          "a name of '%s' is not permitted by the name constraints of a CA above it"
              .formatted(name);
      case PKIXReason.UNRECOGNIZED_CRIT_EXT ->
          "'%s' has a critical extension that is not understood".formatted(name);
      case PKIXReason.INVALID_POLICY ->
          "the certificate policies of '%s' are not acceptable".formatted(name);
      default -> "'%s' is not valid: %s".formatted(name, e.getMessage());
    };
  }

  private boolean verifies(X509Certificate child, X509Certificate issuer) {
    if (++verifications > MAX_VERIFICATIONS) {
      return false;
    }
    try {
      child.verify(issuer.getPublicKey());
      return true;
    } catch (GeneralSecurityException e) {
      return false;
    }
  }

  /** Whether both say which key issued, and mean different ones (RFC 5280 section 4.2.1.1). */
  private static boolean keyIdentifiersAgree(X509Certificate child, X509Certificate issuer) {
    byte[] wanted = authorityKeyIdentifier(child);
    byte[] found = subjectKeyIdentifier(issuer);
    return wanted == null || found == null || Arrays.equals(wanted, found);
  }

  private static byte @Nullable [] authorityKeyIdentifier(X509Certificate certificate) {
    byte[] extension = certificate.getExtensionValue(Extension.authorityKeyIdentifier.getId());
    try {
      return extension == null
          ? null
          : AuthorityKeyIdentifier.getInstance(ASN1OctetString.getInstance(extension).getOctets())
              .getKeyIdentifierOctets();
    } catch (RuntimeException e) {
      return null;
    }
  }

  private static byte @Nullable [] subjectKeyIdentifier(X509Certificate certificate) {
    byte[] extension = certificate.getExtensionValue(Extension.subjectKeyIdentifier.getId());
    try {
      return extension == null
          ? null
          : SubjectKeyIdentifier.getInstance(ASN1OctetString.getInstance(extension).getOctets())
              .getKeyIdentifier();
    } catch (RuntimeException e) {
      return null;
    }
  }

  private static String subject(X509Certificate certificate) {
    return certificate.getSubjectX500Principal().getName();
  }
}
