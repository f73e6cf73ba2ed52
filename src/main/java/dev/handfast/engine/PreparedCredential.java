package dev.handfast.engine;

import dev.handfast.handshake.Credential;
import dev.handfast.handshake.Negotiation;
import java.io.IOException;
import java.security.cert.X509Certificate;
import java.util.Hashtable;
import java.util.List;
import org.bouncycastle.asn1.ocsp.OCSPResponse;
import org.bouncycastle.tls.Certificate;
import org.bouncycastle.tls.CertificateEntry;
import org.bouncycastle.tls.CertificateStatus;
import org.bouncycastle.tls.CertificateStatusType;
import org.bouncycastle.tls.SignatureAndHashAlgorithm;
import org.bouncycastle.tls.SignatureScheme;
import org.bouncycastle.tls.TlsCredentialedDecryptor;
import org.bouncycastle.tls.TlsCredentialedSigner;
import org.bouncycastle.tls.TlsCredentials;
import org.bouncycastle.tls.TlsExtensionsUtils;
import org.bouncycastle.tls.TlsUtils;
import org.bouncycastle.tls.crypto.TlsCertificate;
import org.bouncycastle.tls.crypto.TlsStreamSigner;
import org.bouncycastle.tls.crypto.impl.jcajce.JceDefaultTlsCredentialedDecryptor;
import org.jspecify.annotations.Nullable;

/** A certificate version parsed, encoded and tried out once, for all its handshakes. */
final class PreparedCredential implements ServerCredential {

  private final Credential credential;
  private final Negotiation.ServerCertificate negotiable;
  private final SigningKey signingKey;
  private final Certificate chain;
  private final Certificate chain13;
  private final Certificate chain13Stapled;
  private final @Nullable TlsCredentialedDecryptor decryptor;
  private final @Nullable CertificateStatus status;

  private PreparedCredential(
      Credential credential, EngineCrypto crypto, SigningKey signingKey, TlsCertificate[] parsed)
      throws IOException {
    this.credential = credential;
    this.negotiable =
        new Negotiation.ServerCertificate(
            credential.name(), credential.version(), credential.chain());
    this.signingKey = signingKey;
    this.chain = new Certificate(parsed);
    this.status = statusOf(credential);
    this.chain13 = chain13(parsed, null);
    this.chain13Stapled = chain13(parsed, status);
    this.decryptor =
        credential.privateKey().getAlgorithm().equals("RSA")
            ? new JceDefaultTlsCredentialedDecryptor(crypto, chain, credential.privateKey())
            : null;
  }

  static PreparedCredential of(
      Credential credential, EngineCrypto crypto, PrimitiveProviders providers) {
    SigningKey key = SigningKey.of(credential.privateKey(), providers);
    List<X509Certificate> chain = credential.chain();
    TlsCertificate[] parsed =
        chain.stream()
            .map(certificate -> new EngineCertificate(crypto, certificate))
            .toArray(TlsCertificate[]::new);
    try {
      return new PreparedCredential(credential, crypto, key, parsed);
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "certificate " + credential.name() + ": " + e.getMessage(), e);
    }
  }

  private static @Nullable CertificateStatus statusOf(Credential credential) {
    byte[] response = credential.ocspResponse();
    if (response == null) {
      return null;
    }
    return new CertificateStatus(CertificateStatusType.ocsp, OCSPResponse.getInstance(response));
  }

  private static Certificate chain13(TlsCertificate[] chain, @Nullable CertificateStatus status)
      throws IOException {
    CertificateEntry[] entries = new CertificateEntry[chain.length];
    for (int i = 0; i < chain.length; i++) {
      entries[i] = new CertificateEntry(chain[i], i == 0 ? statusExtension(status) : null);
    }
    return new Certificate(TlsUtils.EMPTY_BYTES, entries);
  }

  /** RFC 8446 section 4.4.2.1: the response travels with the certificate. */
  private static @Nullable Hashtable<Integer, byte[]> statusExtension(
      @Nullable CertificateStatus status) throws IOException {
    if (status == null) {
      return null;
    }
    java.io.ByteArrayOutputStream encoded = new java.io.ByteArrayOutputStream();
    status.encode(encoded);
    Hashtable<Integer, byte[]> extensions = new Hashtable<>();
    extensions.put(TlsExtensionsUtils.EXT_status_request, encoded.toByteArray());
    return extensions;
  }

  @Override
  public Credential credential() {
    return credential;
  }

  Negotiation.ServerCertificate negotiable() {
    return negotiable;
  }

  /** The OCSP response to staple in TLS 1.2 and older, or null. */
  @Nullable CertificateStatus status() {
    return status;
  }

  /** The chain as TLS 1.2 and older send it. */
  Certificate chain() {
    return chain;
  }

  /** For RSA key exchange. Bouncy Castle's decryption resists Bleichenbacher's attack. */
  TlsCredentials decryptor() {
    if (decryptor == null) {
      throw new IllegalStateException("RSA key exchange without an RSA key");
    }
    return decryptor;
  }

  /**
   * For a signature.
   *
   * @param scheme 0 for RSA in TLS 1.1 and older
   */
  TlsCredentials signer(int scheme, boolean tls13, boolean stapled) {
    Certificate certificate = !tls13 ? chain : stapled ? chain13Stapled : chain13;
    return new Signer(certificate, scheme);
  }

  private final class Signer implements TlsCredentialedSigner {

    private final Certificate certificate;
    private final int scheme;

    Signer(Certificate certificate, int scheme) {
      this.certificate = certificate;
      this.scheme = scheme;
    }

    @Override
    public Certificate getCertificate() {
      return certificate;
    }

    @Override
    public @Nullable SignatureAndHashAlgorithm getSignatureAndHashAlgorithm() {
      return scheme == 0 ? null : SignatureScheme.getSignatureAndHashAlgorithm(scheme);
    }

    @Override
    public @Nullable TlsStreamSigner getStreamSigner() throws IOException {
      return scheme == 0 ? null : signingKey.streamSigner(scheme);
    }

    @Override
    public byte[] generateRawSignature(byte[] hash) throws IOException {
      return signingKey.signMd5Sha1(hash);
    }
  }
}
