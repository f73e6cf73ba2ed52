package dev.handfast.session;

import java.io.ByteArrayInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Whom a session was issued to.
 *
 * @param subject in RFC 2253 form, at most {@value #MAX_SUBJECT} characters, or null
 * @param fingerprintSha256 lower-case hex, or null
 */
record ClientIdentity(@Nullable String subject, @Nullable String fingerprintSha256) {

  static final ClientIdentity NONE = new ClientIdentity(null, null);
  private static final int MAX_SUBJECT = 1000;

  /** The identity of a chain, its own certificate first; takes some 50 microseconds. */
  static ClientIdentity of(List<byte[]> chain) {
    if (chain.isEmpty()) {
      return NONE;
    }
    byte[] certificate = chain.getFirst();
    return new ClientIdentity(subjectOf(certificate), fingerprintOf(certificate));
  }

  private static @Nullable String subjectOf(byte[] certificate) {
    try {
      X509Certificate parsed =
          (X509Certificate)
              CertificateFactory.getInstance("X.509")
                  .generateCertificate(new ByteArrayInputStream(certificate));
      String subject = parsed.getSubjectX500Principal().getName();
      return subject.length() <= MAX_SUBJECT ? subject : subject.substring(0, MAX_SUBJECT);
    } catch (CertificateException e) {
      // Only proven certificates come here, and what was proven was parsed before.
      return null;
    }
  }

  private static String fingerprintOf(byte[] certificate) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(certificate));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("SHA-256 is part of every JDK", e);
    }
  }
}
