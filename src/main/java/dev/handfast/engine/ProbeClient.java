package dev.handfast.engine;

import dev.handfast.handshake.Credential;
import dev.handfast.handshake.IanaRegistry;
import dev.handfast.handshake.Step;
import dev.handfast.handshake.TlsProfile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.PublicKey;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Hashtable;
import java.util.List;
import java.util.Vector;
import java.util.stream.IntStream;
import org.bouncycastle.crypto.util.PrivateKeyFactory;
import org.bouncycastle.tls.AbstractTlsClient;
import org.bouncycastle.tls.AlertLevel;
import org.bouncycastle.tls.Certificate;
import org.bouncycastle.tls.CertificateEntry;
import org.bouncycastle.tls.CertificateRequest;
import org.bouncycastle.tls.CertificateStatus;
import org.bouncycastle.tls.ProtocolName;
import org.bouncycastle.tls.ProtocolVersion;
import org.bouncycastle.tls.ServerName;
import org.bouncycastle.tls.SignatureAndHashAlgorithm;
import org.bouncycastle.tls.SignatureScheme;
import org.bouncycastle.tls.TlsAuthentication;
import org.bouncycastle.tls.TlsCredentials;
import org.bouncycastle.tls.TlsExtensionsUtils;
import org.bouncycastle.tls.TlsServerCertificate;
import org.bouncycastle.tls.TlsUtils;
import org.bouncycastle.tls.crypto.TlsCertificate;
import org.bouncycastle.tls.crypto.TlsCryptoParameters;
import org.bouncycastle.tls.crypto.impl.bc.BcDefaultTlsCredentialedSigner;
import org.bouncycastle.tls.crypto.impl.bc.BcTlsCrypto;
import org.jspecify.annotations.Nullable;

/** Offers what a probe is to offer, and accepts every certificate. */
final class ProbeClient extends AbstractTlsClient {

  private final BcTlsCrypto crypto;
  private final ProbeSettings settings;
  private final ProbeRecorder recorder;

  ProbeClient(BcTlsCrypto crypto, ProbeSettings settings, ProbeRecorder recorder) {
    super(crypto);
    this.crypto = crypto;
    this.settings = settings;
    this.recorder = recorder;
  }

  /** What is sent is to be seen, however it was signed. */
  @Override
  public boolean shouldCheckSigAlgOfPeerCerts() {
    return false;
  }

  @Override
  protected ProtocolVersion[] getSupportedVersions() {
    TlsProfile profile = settings.profile();
    return Arrays.stream(dev.handfast.handshake.ProtocolVersion.values())
        .filter(profile::accepts)
        .sorted(Comparator.reverseOrder())
        .map(version -> ProtocolVersion.get(version.code() >> 8, version.code() & 0xff))
        .toArray(ProtocolVersion[]::new);
  }

  @Override
  protected int[] getSupportedCipherSuites() {
    int[] suites = codes(IanaRegistry.CIPHER_SUITES, settings.profile().cipherSuites()).toArray();
    return TlsUtils.getSupportedCipherSuites(crypto, suites);
  }

  @Override
  protected Vector<?> getSupportedGroups(Vector namedGroupRoles) {
    return new Vector<>(codes(IanaRegistry.GROUPS, settings.profile().groups()).boxed().toList());
  }

  @Override
  protected Vector<?> getSupportedSignatureAlgorithms() {
    List<SignatureAndHashAlgorithm> schemes =
        codes(IanaRegistry.SIGNATURE_SCHEMES, settings.profile().signatureSchemes())
            .mapToObj(SignatureScheme::getSignatureAndHashAlgorithm)
            .toList();
    return new Vector<>(schemes);
  }

  @Override
  protected @Nullable Vector<?> getSNIServerNames() {
    String name = settings.serverName();
    return name == null
        ? null
        : new Vector<>(
            List.of(new ServerName((short) 0, name.getBytes(StandardCharsets.US_ASCII))));
  }

  @Override
  protected @Nullable Vector<?> getProtocolNames() {
    List<ProtocolName> names =
        settings.applicationProtocols().stream().map(ProtocolName::asUtf8Encoding).toList();
    return names.isEmpty() ? null : new Vector<>(names);
  }

  private static IntStream codes(IanaRegistry registry, List<String> names) {
    return names.stream().flatMapToInt(name -> registry.codeOf(name).stream());
  }

  @Override
  public void notifyServerVersion(ProtocolVersion version) throws IOException {
    super.notifyServerVersion(version);
    recorder.version(version.getFullVersion());
  }

  @Override
  public void notifySelectedCipherSuite(int selectedCipherSuite) {
    super.notifySelectedCipherSuite(selectedCipherSuite);
    recorder.cipherSuite(selectedCipherSuite);
  }

  @Override
  public void notifyAlertRaised(
      short level, short description, @Nullable String message, @Nullable Throwable cause) {
    recorder.alertSent(description, level == AlertLevel.fatal);
  }

  @Override
  public void notifyAlertReceived(short level, short description) {
    recorder.alertReceived(description, level == AlertLevel.fatal);
  }

  @Override
  public void notifyHandshakeComplete() throws IOException {
    super.notifyHandshakeComplete();
    recorder.parameters(context.getSecurityParametersConnection());
    recorder.completed();
  }

  @Override
  public TlsAuthentication getAuthentication() {
    return new TlsAuthentication() {
      @Override
      public void notifyServerCertificate(TlsServerCertificate server) throws IOException {
        recorder.serverCertificate(encoded(server.getCertificate()), stapled(server));
        recorder.step(Step.SERVER_AUTHENTICATED, null);
      }

      @Override
      public @Nullable TlsCredentials getClientCredentials(CertificateRequest request)
          throws IOException {
        TlsCredentials credentials = credentialsFor(request);
        recorder.certificateRequested(credentials != null);
        return credentials;
      }
    };
  }

  private static List<byte[]> encoded(Certificate chain) throws IOException {
    List<byte[]> encoded = new ArrayList<>();
    for (TlsCertificate certificate : chain.getCertificateList()) {
      encoded.add(certificate.getEncoded());
    }
    return encoded;
  }

  /** In TLS 1.3 the response is an extension of the certificate's entry (RFC 8446 4.4.2.1). */
  private static byte @Nullable [] stapled(TlsServerCertificate server) throws IOException {
    CertificateStatus status = server.getCertificateStatus();
    if (status != null) {
      return status.getOCSPResponse().getEncoded();
    }
    CertificateEntry[] entries = server.getCertificate().getCertificateEntryList();
    Hashtable<?, ?> extensions = entries.length == 0 ? null : entries[0].getExtensions();
    byte[] data =
        extensions == null ? null : (byte[]) extensions.get(TlsExtensionsUtils.EXT_status_request);
    // CertificateStatus: one byte of type, three of length (RFC 6066 section 8).
    return data == null || data.length < 5 ? null : Arrays.copyOfRange(data, 4, data.length);
  }

  private @Nullable TlsCredentials credentialsFor(CertificateRequest request) throws IOException {
    Credential credential = settings.credential();
    if (credential == null) {
      return null;
    }
    List<TlsCertificate> chain = new ArrayList<>();
    try {
      for (X509Certificate certificate : credential.chain()) {
        chain.add(crypto.createCertificate(certificate.getEncoded()));
      }
    } catch (CertificateEncodingException e) {
      throw new IOException(e);
    }
    SignatureAndHashAlgorithm scheme =
        TlsUtils.isTLSv12(context) ? commonScheme(request, credential.chain().getFirst()) : null;
    if (TlsUtils.isTLSv12(context) && scheme == null) {
      return null;
    }
    TlsCertificate[] certificates = chain.toArray(TlsCertificate[]::new);
    return new BcDefaultTlsCredentialedSigner(
        new TlsCryptoParameters(context),
        crypto,
        PrivateKeyFactory.createKey(credential.privateKey().getEncoded()),
        TlsUtils.isTLSv13(context)
            ? new Certificate(
                request.getCertificateRequestContext(),
                Arrays.stream(certificates)
                    .map(certificate -> new CertificateEntry(certificate, null))
                    .toArray(CertificateEntry[]::new))
            : new Certificate(certificates),
        scheme);
  }

  private @Nullable SignatureAndHashAlgorithm commonScheme(
      CertificateRequest request, X509Certificate certificate) {
    Vector<?> accepted = request.getSupportedSignatureAlgorithms();
    if (accepted == null) {
      return null;
    }
    for (int scheme : schemesOf(certificate.getPublicKey(), TlsUtils.isTLSv13(context))) {
      SignatureAndHashAlgorithm algorithm = SignatureScheme.getSignatureAndHashAlgorithm(scheme);
      if (accepted.contains(algorithm)) {
        return algorithm;
      }
    }
    return null;
  }

  /** What a key signs with, the best first; TLS 1.3 has no PKCS#1 (RFC 8446 section 4.2.3). */
  private static int[] schemesOf(PublicKey key, boolean tls13) {
    return switch (key) {
      case ECPublicKey ec when ec.getParams().getOrder().bitLength() > 384 -> new int[] {0x0603};
      case ECPublicKey ec when ec.getParams().getOrder().bitLength() > 256 -> new int[] {0x0503};
      case ECPublicKey ec -> new int[] {0x0403};
      case RSAPublicKey rsa when tls13 -> new int[] {0x0804, 0x0805, 0x0806};
      case RSAPublicKey rsa -> new int[] {0x0804, 0x0805, 0x0806, 0x0401, 0x0501, 0x0601};
      default -> new int[] {0x0807};
    };
  }
}
