package dev.handfast.certificate;

import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.cert.CertException;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateHolder;
import org.bouncycastle.cert.ocsp.BasicOCSPResp;
import org.bouncycastle.cert.ocsp.CertificateID;
import org.bouncycastle.cert.ocsp.CertificateStatus;
import org.bouncycastle.cert.ocsp.OCSPException;
import org.bouncycastle.cert.ocsp.OCSPReqBuilder;
import org.bouncycastle.cert.ocsp.OCSPResp;
import org.bouncycastle.cert.ocsp.SingleResp;
import org.bouncycastle.operator.DigestCalculatorProvider;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentVerifierProviderBuilder;
import org.bouncycastle.operator.jcajce.JcaDigestCalculatorProviderBuilder;

/**
 * What a certificate's OCSP responder is asked, and whether an answer may be stapled (RFC 6960).
 */
final class OcspQuestion {

  private static final Duration CLOCK_SKEW = Duration.ofMinutes(5);

  /** How long an answer is used that does not say when the next one comes. */
  private static final Duration DEFAULT_LIFETIME = Duration.ofHours(12);

  private final X509Certificate issuer;
  private final CertificateID id;
  private final DigestCalculatorProvider digests;

  OcspQuestion(X509Certificate certificate, X509Certificate issuer) {
    this.issuer = issuer;
    try {
      this.digests = new JcaDigestCalculatorProviderBuilder().build();
      this.id = idOf(certificate.getSerialNumber());
    } catch (OperatorCreationException e) {
      throw new IllegalStateException(e);
    }
  }

  private CertificateID idOf(BigInteger serial) throws OperatorCreationException {
    try {
      return new CertificateID(
          digests.get(CertificateID.HASH_SHA1), new JcaX509CertificateHolder(issuer), serial);
    } catch (OCSPException | GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The request in DER; without a nonce, so that the responder may answer from its cache. */
  byte[] encoded() {
    try {
      return new OCSPReqBuilder().addRequest(id).build().getEncoded();
    } catch (OCSPException | IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * Judges an answer as a client will.
   *
   * @return the times between which it may be stapled
   * @throws UnusableAnswerException saying why it may not
   */
  CurrentVersion.StapleTimes verify(byte[] answer, Instant now) throws UnusableAnswerException {
    try {
      OCSPResp response = new OCSPResp(answer);
      if (response.getStatus() != OCSPResp.SUCCESSFUL
          || !(response.getResponseObject() instanceof BasicOCSPResp basic)) {
        throw new UnusableAnswerException(
            "the responder answered with status " + response.getStatus() + " (expected: 0)");
      }
      requireSignature(basic, now);
      for (SingleResp single : basic.getResponses()) {
        if (single.getCertID().getSerialNumber().equals(id.getSerialNumber())
            && single.getCertID().matchesIssuer(new JcaX509CertificateHolder(issuer), digests)) {
          return timesOf(single, now);
        }
      }
      throw new UnusableAnswerException("the answer is about another certificate");
    } catch (IOException | OCSPException | GeneralSecurityException | RuntimeException e) {
      // Bouncy Castle answers malformed ASN.1 with unchecked exceptions of several kinds.
      throw new UnusableAnswerException("the answer is malformed: " + e.getMessage());
    }
  }

  private static CurrentVersion.StapleTimes timesOf(SingleResp single, Instant now)
      throws UnusableAnswerException {
    if (single.getCertStatus() != CertificateStatus.GOOD) {
      throw new UnusableAnswerException("the certificate is not good: it is revoked or unknown");
    }
    Instant thisUpdate = single.getThisUpdate().toInstant();
    Date next = single.getNextUpdate();
    Instant nextUpdate = next == null ? thisUpdate.plus(DEFAULT_LIFETIME) : next.toInstant();
    if (thisUpdate.isAfter(now.plus(CLOCK_SKEW)) || !nextUpdate.isAfter(now)) {
      throw new UnusableAnswerException(
          "the answer is for %s to %s; now is %s".formatted(thisUpdate, nextUpdate, now));
    }
    return new CurrentVersion.StapleTimes(thisUpdate, nextUpdate);
  }

  /** Signed by the issuer, or by a responder that the issuer authorised (section 4.2.2.2). */
  private void requireSignature(BasicOCSPResp response, Instant now)
      throws UnusableAnswerException {
    try {
      X509CertificateHolder issuerHolder = new JcaX509CertificateHolder(issuer);
      if (verifies(response, issuerHolder)) {
        return;
      }
      for (X509CertificateHolder responder : List.of(response.getCerts())) {
        if (isAuthorised(responder, issuerHolder, now) && verifies(response, responder)) {
          return;
        }
      }
    } catch (GeneralSecurityException e) {
      throw new UnusableAnswerException("the answer's signature cannot be checked");
    }
    throw new UnusableAnswerException(
        "the answer is signed neither by the issuer nor by a responder that it authorised");
  }

  private static boolean verifies(BasicOCSPResp response, X509CertificateHolder signer) {
    try {
      return response.isSignatureValid(new JcaContentVerifierProviderBuilder().build(signer));
    } catch (OCSPException | OperatorCreationException | CertificateException e) {
      return false;
    }
  }

  private static boolean isAuthorised(
      X509CertificateHolder responder, X509CertificateHolder issuer, Instant now) {
    try {
      ExtendedKeyUsage usage = ExtendedKeyUsage.fromExtensions(responder.getExtensions());
      return usage != null
          && usage.hasKeyPurposeId(KeyPurposeId.id_kp_OCSPSigning)
          && responder.isValidOn(Date.from(now))
          && responder.getIssuer().equals(issuer.getSubject())
          && responder.isSignatureValid(new JcaContentVerifierProviderBuilder().build(issuer));
    } catch (CertException | OperatorCreationException | CertificateException e) {
      return false;
    }
  }

  /** Why an answer may not be stapled. */
  static final class UnusableAnswerException extends Exception {

    UnusableAnswerException(String message) {
      super(message);
    }
  }
}
