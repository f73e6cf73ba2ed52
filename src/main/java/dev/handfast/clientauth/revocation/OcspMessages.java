package dev.handfast.clientauth.revocation;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.Provider;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.ocsp.OCSPObjectIdentifiers;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509CertificateHolder;
import org.bouncycastle.cert.ocsp.BasicOCSPResp;
import org.bouncycastle.cert.ocsp.CertificateID;
import org.bouncycastle.cert.ocsp.OCSPException;
import org.bouncycastle.cert.ocsp.OCSPReqBuilder;
import org.bouncycastle.cert.ocsp.OCSPResp;
import org.bouncycastle.cert.ocsp.RespID;
import org.bouncycastle.cert.ocsp.RevokedStatus;
import org.bouncycastle.cert.ocsp.SingleResp;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.operator.DigestCalculatorProvider;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentVerifierProviderBuilder;
import org.bouncycastle.operator.jcajce.JcaDigestCalculatorProviderBuilder;
import org.jspecify.annotations.Nullable;

/** One question to an OCSP responder about one certificate, and how its answer is checked. */
final class OcspMessages {

  private static final SecureRandom RANDOM = new SecureRandom();
  private static final int NONCE_LENGTH = 32;
  private static final int DIGITAL_SIGNATURE = 0;

  /**
   * RFC 6960 section 4.2.2.1: without nextUpdate, newer information is available all the time. So
   * nothing bounds for how long such an answer can be replayed but this: long enough for responders
   * that sign ahead twice a day, and as long as an answer that is stapled is used.
   */
  private static final Duration LIFETIME_WITHOUT_NEXT_UPDATE = Duration.ofHours(12);

  /** Knows every signature algorithm by the name under which BC asks for it. */
  private static final Provider VERIFIER = new BouncyCastleProvider();

  private static final DigestCalculatorProvider DIGESTS = digests();

  private final X509Certificate certificate;
  private final X509Certificate issuer;
  private final RevocationSettings.Ocsp settings;
  private final CertificateID id;
  private final byte[] nonce = new byte[NONCE_LENGTH];

  OcspMessages(
      X509Certificate certificate, X509Certificate issuer, RevocationSettings.Ocsp settings) {
    this.certificate = certificate;
    this.issuer = issuer;
    this.settings = settings;
    try {
      // RFC 5019 section 2.1.1: SHA-1 identifies; it is what responders know. Nothing is signed.
      this.id =
          new CertificateID(
              DIGESTS.get(CertificateID.HASH_SHA1),
              new JcaX509CertificateHolder(issuer),
              certificate.getSerialNumber());
    } catch (GeneralSecurityException | OperatorCreationException | OCSPException e) {
      throw new IllegalStateException(e);
    }
    RANDOM.nextBytes(nonce);
  }

  /** The OCSPRequest in DER. */
  byte[] request() {
    try {
      OCSPReqBuilder builder = new OCSPReqBuilder().addRequest(id);
      if (settings.nonce() != RevocationSettings.Nonce.OFF) {
        builder.setRequestExtensions(
            new Extensions(
                new Extension(
                    OCSPObjectIdentifiers.id_pkix_ocsp_nonce,
                    false,
                    new DEROctetString(nonce).getEncoded())));
      }
      return builder.build().getEncoded();
    } catch (IOException | OCSPException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * What a response says, after all of it was checked.
   *
   * @throws FetchException if it is not an answer to this question that can be trusted
   */
  Answer read(byte[] response, Instant now) throws FetchException {
    try {
      OCSPResp answer = new OCSPResp(response);
      if (answer.getStatus() != OCSPResp.SUCCESSFUL) {
        throw new FetchException("it answered with status " + statusText(answer.getStatus()));
      }
      if (!(answer.getResponseObject() instanceof BasicOCSPResp basic)) {
        throw new FetchException("it answered with an unknown type of response");
      }
      requireSignature(basic, now);
      requireNonce(basic);
      return answer(basic, now);
    } catch (IOException
        | OCSPException
        | OperatorCreationException
        | GeneralSecurityException
        | RuntimeException e) {
      // BC reports malformed structures by several unchecked exceptions.
      throw new FetchException("its answer cannot be read (" + e.getClass().getSimpleName() + ")");
    }
  }

  private Answer answer(BasicOCSPResp basic, Instant now) throws FetchException {
    for (SingleResp single : basic.getResponses()) {
      if (!isAboutIt(single.getCertID())) {
        continue;
      }
      Instant thisUpdate = single.getThisUpdate().toInstant();
      Date next = single.getNextUpdate();
      Instant nextUpdate = next == null ? null : next.toInstant();
      if (thisUpdate.isAfter(now.plus(CertificateList.CLOCK_SKEW))) {
        throw new FetchException("its answer is not yet valid (thisUpdate " + thisUpdate + ")");
      }
      if (nextUpdate != null && nextUpdate.isBefore(now)) {
        throw new FetchException("its answer expired (nextUpdate " + nextUpdate + ")");
      }
      if (nextUpdate == null && thisUpdate.plus(LIFETIME_WITHOUT_NEXT_UPDATE).isBefore(now)) {
        throw new FetchException(
            "its answer is too old (thisUpdate %s, no nextUpdate; expected: at most %d hours ago)"
                .formatted(thisUpdate, LIFETIME_WITHOUT_NEXT_UPDATE.toHours()));
      }
      return switch (single.getCertStatus()) {
        case null -> new Answer(Finding.Status.GOOD, "good", thisUpdate, nextUpdate);
        case RevokedStatus revoked ->
            new Answer(
                Finding.Status.REVOKED,
                "revoked on " + revoked.getRevocationTime().toInstant(),
                thisUpdate,
                nextUpdate);
        default -> new Answer(Finding.Status.UNKNOWN, "unknown", thisUpdate, nextUpdate);
      };
    }
    throw new FetchException("its answer is about another certificate");
  }

  private boolean isAboutIt(CertificateID other) {
    return other.getSerialNumber().equals(id.getSerialNumber())
        && other.getHashAlgOID().equals(id.getHashAlgOID())
        && Arrays.equals(other.getIssuerNameHash(), id.getIssuerNameHash())
        && Arrays.equals(other.getIssuerKeyHash(), id.getIssuerKeyHash());
  }

  private void requireNonce(BasicOCSPResp basic) throws FetchException {
    if (settings.nonce() == RevocationSettings.Nonce.OFF) {
      return;
    }
    Extension returned = basic.getExtension(OCSPObjectIdentifiers.id_pkix_ocsp_nonce);
    if (returned == null) {
      if (settings.nonce() == RevocationSettings.Nonce.REQUIRED) {
        throw new FetchException("its answer lacks the nonce that ocsp.nonce requires");
      }
      return;
    }
    byte[] value = ASN1OctetString.getInstance(returned.getParsedValue()).getOctets();
    if (!Arrays.equals(value, nonce)) {
      throw new FetchException("its answer carries another nonce than the question");
    }
  }

  /** RFC 6960 section 4.2.2.2: the issuer signs, or whom it delegated, or whom we configured. */
  private void requireSignature(BasicOCSPResp basic, Instant now)
      throws FetchException,
          GeneralSecurityException,
          OperatorCreationException,
          OCSPException,
          IOException {
    for (X509Certificate signer : possibleSigners(basic)) {
      if (isNamed(basic.getResponderId(), signer)
          && basic.isSignatureValid(
              new JcaContentVerifierProviderBuilder()
                  .setProvider(VERIFIER)
                  .build(signer.getPublicKey()))) {
        requireEntitled(signer, now);
        return;
      }
    }
    throw new FetchException("its answer is not signed by a key that is known");
  }

  private List<X509Certificate> possibleSigners(BasicOCSPResp basic)
      throws GeneralSecurityException {
    List<X509Certificate> signers = new ArrayList<>();
    signers.add(issuer);
    if (settings.responderCertificate() != null) {
      signers.add(settings.responderCertificate());
    }
    X509CertificateHolder[] sent = basic.getCerts();
    JcaX509CertificateConverter converter = new JcaX509CertificateConverter();
    for (int i = 0; i < Math.min(sent.length, 4); i++) {
      signers.add(converter.getCertificate(sent[i]));
    }
    return signers;
  }

  private static boolean isNamed(RespID responder, X509Certificate signer)
      throws OperatorCreationException, GeneralSecurityException, OCSPException {
    JcaX509CertificateHolder holder = new JcaX509CertificateHolder(signer);
    return responder.equals(new RespID(holder.getSubject()))
        || responder.equals(
            new RespID(holder.getSubjectPublicKeyInfo(), DIGESTS.get(CertificateID.HASH_SHA1)));
  }

  private void requireEntitled(X509Certificate signer, Instant now)
      throws FetchException, GeneralSecurityException {
    if (signer.equals(issuer) || signer.equals(settings.responderCertificate())) {
      return;
    }
    String subject = signer.getSubjectX500Principal().getName();
    List<String> purposes = signer.getExtendedKeyUsage();
    boolean[] usage = signer.getKeyUsage();
    if (purposes == null
        || !purposes.contains(KeyPurposeId.id_kp_OCSPSigning.getId())
        || (usage != null && !usage[DIGITAL_SIGNATURE])) {
      throw new FetchException("its answer is signed by '" + subject + "', not an OCSP signer");
    }
    try {
      signer.checkValidity(Date.from(now));
      if (!signer.getIssuerX500Principal().equals(issuer.getSubjectX500Principal())) {
        throw new GeneralSecurityException("issued by another CA");
      }
      signer.verify(issuer.getPublicKey());
    } catch (GeneralSecurityException e) {
      throw new FetchException(
          "its answer is signed by '%s', which '%s' did not delegate"
              .formatted(subject, certificate.getIssuerX500Principal().getName()));
    }
  }

  private static String statusText(int status) {
    return switch (status) {
      case OCSPResp.MALFORMED_REQUEST -> "malformedRequest";
      case OCSPResp.INTERNAL_ERROR -> "internalError";
      case OCSPResp.TRY_LATER -> "tryLater";
      case OCSPResp.SIG_REQUIRED -> "sigRequired";
      case OCSPResp.UNAUTHORIZED -> "unauthorized";
      default -> Integer.toString(status);
    };
  }

  private static DigestCalculatorProvider digests() {
    try {
      return new JcaDigestCalculatorProviderBuilder().build();
    } catch (OperatorCreationException e) {
      throw new IllegalStateException(e);
    }
  }

  /** What a response said. */
  record Answer(
      Finding.Status status, String text, Instant thisUpdate, @Nullable Instant nextUpdate) {

    /** Until when it may be believed, by the times that it carries. */
    Instant usableUntil() {
      return nextUpdate == null ? thisUpdate.plus(LIFETIME_WITHOUT_NEXT_UPDATE) : nextUpdate;
    }
  }
}
