package dev.handfast.engine;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Hashtable;
import java.util.Objects;
import java.util.Vector;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.tls.AlertDescription;
import org.bouncycastle.tls.Certificate;
import org.bouncycastle.tls.CertificateEntry;
import org.bouncycastle.tls.CertificateRequest;
import org.bouncycastle.tls.DefaultTlsClient;
import org.bouncycastle.tls.NamedGroup;
import org.bouncycastle.tls.ProtocolName;
import org.bouncycastle.tls.ProtocolVersion;
import org.bouncycastle.tls.ServerName;
import org.bouncycastle.tls.SignatureAndHashAlgorithm;
import org.bouncycastle.tls.SignatureScheme;
import org.bouncycastle.tls.TlsAuthentication;
import org.bouncycastle.tls.TlsClientProtocol;
import org.bouncycastle.tls.TlsCredentialedSigner;
import org.bouncycastle.tls.TlsCredentials;
import org.bouncycastle.tls.TlsFatalAlert;
import org.bouncycastle.tls.TlsServerCertificate;
import org.bouncycastle.tls.TlsSession;
import org.bouncycastle.tls.TlsUtils;
import org.bouncycastle.tls.crypto.TlsCertificate;
import org.bouncycastle.tls.crypto.TlsCryptoParameters;
import org.bouncycastle.tls.crypto.TlsStreamSigner;
import org.bouncycastle.tls.crypto.impl.jcajce.JcaDefaultTlsCredentialedSigner;
import org.bouncycastle.tls.crypto.impl.jcajce.JcaTlsCrypto;
import org.bouncycastle.tls.crypto.impl.jcajce.JcaTlsCryptoProvider;
import org.jspecify.annotations.Nullable;

/**
 * Bouncy Castle's client without sockets; wishes are fields that a test sets before it connects.
 */
class BcClient {

  private static final BouncyCastleProvider PROVIDER = new BouncyCastleProvider();
  static final JcaTlsCrypto CRYPTO = crypto();

  ProtocolVersion[] versions = ProtocolVersion.TLSv13.downTo(ProtocolVersion.TLSv10);
  int @Nullable [] suites;
  int[] groups = {NamedGroup.x25519, NamedGroup.secp256r1};
  int[] earlyGroups = {NamedGroup.x25519};
  String @Nullable [] alpn;
  @Nullable String serverName;
  TestPki.@Nullable Identity identity;
  boolean breakSignature;
  short rejectServerWith = -1;
  @Nullable TlsSession session;
  @Nullable CertificateRequest certificateRequest;
  int alertReceived = -1;
  boolean extendedMasterSecret = true;

  final Protocol protocol = new Protocol();
  private final StringBuilder received = new StringBuilder();
  @Nullable Exception failure;

  /** Opens what tests need to say by hand. */
  static final class Protocol extends TlsClientProtocol {

    void alert(short level, short description) throws IOException {
      writeRecord(
          org.bouncycastle.tls.ContentType.alert,
          new byte[] {(byte) level, (byte) description},
          0,
          2);
    }

    void record(short type, byte[] content) throws IOException {
      writeRecord(type, content, 0, content.length);
    }
  }

  private static JcaTlsCrypto crypto() {
    return new JcaTlsCryptoProvider().setProvider(PROVIDER).create(new SecureRandom());
  }

  BcClient connect() {
    try {
      protocol.connect(new Client());
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    return this;
  }

  byte[] takeOutput() {
    byte[] output = new byte[protocol.getAvailableOutputBytes()];
    protocol.readOutput(output, 0, output.length);
    return output;
  }

  void give(byte[] input) {
    if (protocol.isClosed()) {
      return;
    }
    try {
      protocol.offerInput(input);
      byte[] text = new byte[protocol.getAvailableInputBytes()];
      protocol.readInput(text, 0, text.length);
      received.append(new String(text, StandardCharsets.UTF_8));
    } catch (IOException | RuntimeException e) {
      failure = e;
    }
  }

  void send(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    try {
      protocol.writeApplicationData(bytes, 0, bytes.length);
    } catch (IOException e) {
      failure = e;
    }
  }

  CertificateRequest request() {
    return Objects.requireNonNull(certificateRequest);
  }

  String received() {
    return received.toString();
  }

  private final class Client extends DefaultTlsClient {

    Client() {
      super(CRYPTO);
    }

    @Override
    protected ProtocolVersion[] getSupportedVersions() {
      return versions;
    }

    @Override
    protected int[] getSupportedCipherSuites() {
      return suites != null ? suites : super.getSupportedCipherSuites();
    }

    @Override
    @SuppressWarnings({"rawtypes", "unchecked"})
    protected Vector getSupportedGroups(Vector roles) {
      Vector result = new Vector();
      for (int group : groups) {
        result.add(group);
      }
      return result;
    }

    @Override
    @SuppressWarnings({"rawtypes", "unchecked"})
    public Vector getEarlyKeyShareGroups() {
      Vector result = new Vector();
      for (int group : earlyGroups) {
        result.add(group);
      }
      return result;
    }

    @Override
    @SuppressWarnings({"rawtypes", "unchecked"})
    protected @Nullable Vector getProtocolNames() {
      if (alpn == null) {
        return null;
      }
      Vector names = new Vector();
      for (String name : alpn) {
        names.add(ProtocolName.asUtf8Encoding(name));
      }
      return names;
    }

    @Override
    @SuppressWarnings({"rawtypes", "unchecked"})
    protected @Nullable Vector getSNIServerNames() {
      if (serverName == null) {
        return null;
      }
      Vector names = new Vector();
      names.add(new ServerName((short) 0, serverName.getBytes(StandardCharsets.US_ASCII)));
      return names;
    }

    @Override
    public boolean shouldUseExtendedMasterSecret() {
      return extendedMasterSecret;
    }

    @Override
    public @Nullable TlsSession getSessionToResume() {
      return session;
    }

    @Override
    public void notifyHandshakeComplete() throws IOException {
      super.notifyHandshakeComplete();
      session = context.getSession();
    }

    @Override
    public void notifyAlertReceived(short level, short description) {
      alertReceived = description & 0xff;
    }

    @Override
    @SuppressWarnings("rawtypes")
    public Hashtable getClientExtensions() throws IOException {
      return super.getClientExtensions();
    }

    @Override
    public TlsAuthentication getAuthentication() {
      return new TlsAuthentication() {
        @Override
        public void notifyServerCertificate(TlsServerCertificate certificate) throws TlsFatalAlert {
          if (rejectServerWith >= 0) {
            throw new TlsFatalAlert(rejectServerWith);
          }
        }

        @Override
        public @Nullable TlsCredentials getClientCredentials(CertificateRequest request)
            throws IOException {
          certificateRequest = request;
          return identity == null ? null : signer(identity);
        }
      };
    }

    private TlsCredentialedSigner signer(TestPki.Identity who) throws IOException {
      boolean tls13 = TlsUtils.isTLSv13(context);
      try {
        TlsCertificate[] chain = new TlsCertificate[who.chain().size()];
        CertificateEntry[] entries = new CertificateEntry[chain.length];
        for (int i = 0; i < chain.length; i++) {
          chain[i] = CRYPTO.createCertificate(who.chain().get(i).getEncoded());
          entries[i] = new CertificateEntry(chain[i], null);
        }
        Certificate certificate =
            tls13 ? new Certificate(TlsUtils.EMPTY_BYTES, entries) : new Certificate(chain);
        return new Breakable(
            new JcaDefaultTlsCredentialedSigner(
                new TlsCryptoParameters(context),
                CRYPTO,
                bouncyCastleKey(who),
                certificate,
                algorithm(who)));
      } catch (GeneralSecurityException e) {
        throw new TlsFatalAlert(AlertDescription.internal_error, e);
      }
    }

    /** It does not know the JDK's Ed25519 keys by their name. */
    private static PrivateKey bouncyCastleKey(TestPki.Identity who)
        throws GeneralSecurityException {
      return KeyFactory.getInstance(
              who.key().getAlgorithm().equals("EdDSA") ? "Ed25519" : who.key().getAlgorithm(),
              PROVIDER)
          .generatePrivate(new PKCS8EncodedKeySpec(who.key().getEncoded()));
    }

    private @Nullable SignatureAndHashAlgorithm algorithm(TestPki.Identity who) {
      if (!TlsUtils.isSignatureAlgorithmsExtensionAllowed(context.getServerVersion())) {
        return null;
      }
      int scheme =
          switch (who.key().getAlgorithm()) {
            case "RSA" -> SignatureScheme.rsa_pss_rsae_sha256;
            case "EC" -> SignatureScheme.ecdsa_secp256r1_sha256;
            default -> SignatureScheme.ed25519;
          };
      return SignatureScheme.getSignatureAndHashAlgorithm(scheme);
    }
  }

  /** A signer that signs something else if a test wishes it. */
  private final class Breakable implements TlsCredentialedSigner {

    private final TlsCredentialedSigner signer;

    Breakable(TlsCredentialedSigner signer) {
      this.signer = signer;
    }

    @Override
    public Certificate getCertificate() {
      return signer.getCertificate();
    }

    @Override
    public SignatureAndHashAlgorithm getSignatureAndHashAlgorithm() {
      return signer.getSignatureAndHashAlgorithm();
    }

    @Override
    public @Nullable TlsStreamSigner getStreamSigner() throws IOException {
      TlsStreamSigner stream = signer.getStreamSigner();
      if (stream != null && breakSignature) {
        stream.getOutputStream().write(1);
      }
      return stream;
    }

    @Override
    public byte[] generateRawSignature(byte[] hash) throws IOException {
      byte[] signed = hash.clone();
      if (breakSignature) {
        signed[signed.length - 1] ^= 1;
      }
      return signer.generateRawSignature(signed);
    }
  }
}
