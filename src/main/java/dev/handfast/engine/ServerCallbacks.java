package dev.handfast.engine;

import dev.handfast.handshake.Alert;
import dev.handfast.handshake.IanaRegistry;
import dev.handfast.handshake.ResumableSession;
import dev.handfast.handshake.Step;
import dev.handfast.handshake.StepDetail;
import dev.handfast.handshake.TlsProfile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.Principal;
import java.util.Arrays;
import java.util.Hashtable;
import java.util.List;
import java.util.Vector;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.tls.AbstractTlsServer;
import org.bouncycastle.tls.AlertDescription;
import org.bouncycastle.tls.AlertLevel;
import org.bouncycastle.tls.BasicTlsPSKExternal;
import org.bouncycastle.tls.Certificate;
import org.bouncycastle.tls.CertificateRequest;
import org.bouncycastle.tls.CertificateStatus;
import org.bouncycastle.tls.ClientCertificateType;
import org.bouncycastle.tls.ProtocolName;
import org.bouncycastle.tls.ProtocolVersion;
import org.bouncycastle.tls.PskIdentity;
import org.bouncycastle.tls.SessionParameters;
import org.bouncycastle.tls.SignatureAndHashAlgorithm;
import org.bouncycastle.tls.SignatureScheme;
import org.bouncycastle.tls.TlsCredentials;
import org.bouncycastle.tls.TlsExtensionsUtils;
import org.bouncycastle.tls.TlsPSKExternal;
import org.bouncycastle.tls.TlsSession;
import org.bouncycastle.tls.TlsUtils;
import org.bouncycastle.tls.crypto.TlsECConfig;
import org.jspecify.annotations.Nullable;

/**
 * Answers Bouncy Castle's questions with what negotiation decided, and with nothing else, so that
 * decision and execution never differ.
 */
final class ServerCallbacks extends AbstractTlsServer {

  static final int MAX_HANDSHAKE_MESSAGE = 1 << 16;
  static final int MAX_CHAIN_LENGTH = 16;

  private static final int ENCRYPT_THEN_MAC = 22;
  private static final int MAX_AUTHORITIES = 60_000;

  private final TlsProfile profile;
  private final SessionKeeper sessions;
  private final StepRecorder steps;
  private HandshakeRun run;
  private @Nullable Alert alertSent;

  ServerCallbacks(
      EngineCrypto crypto,
      TlsProfile profile,
      SessionKeeper sessions,
      StepRecorder steps,
      HandshakeRun run) {
    super(crypto);
    this.sessions = sessions;
    this.profile = profile;
    this.steps = steps;
    this.run = run;
  }

  HandshakeRun run() {
    return run;
  }

  /** A renegotiation was decided. */
  void run(HandshakeRun next) {
    run = next;
  }

  /** The handshake is over; a renegotiation brings its own. */
  void forgetExtensions() {
    clientExtensions = null;
    serverExtensions.clear();
  }

  @Nullable Alert alertSent() {
    return alertSent;
  }

  @Override
  protected ProtocolVersion[] getSupportedVersions() {
    // Bouncy Castle marks a downgrade (RFC 8446 section 4.1.3) if the newest of these is not used.
    return bouncyCastle(profile.maxVersion()).downTo(bouncyCastle(profile.minVersion()));
  }

  static ProtocolVersion bouncyCastle(dev.handfast.handshake.ProtocolVersion version) {
    return switch (version) {
      case TLS_1_3 -> ProtocolVersion.TLSv13;
      case TLS_1_2 -> ProtocolVersion.TLSv12;
      case TLS_1_1 -> ProtocolVersion.TLSv11;
      case SSL_2, SSL_3, TLS_1_0 -> ProtocolVersion.TLSv10;
    };
  }

  @Override
  public ProtocolVersion getServerVersion() {
    return bouncyCastle(run.choice().version());
  }

  @Override
  protected int[] getSupportedCipherSuites() {
    return new int[] {run.choice().cipherSuite()};
  }

  @Override
  public int getSelectedCipherSuite() {
    selectedCipherSuite = run.choice().cipherSuite();
    return selectedCipherSuite;
  }

  @Override
  public int[] getSupportedGroups() {
    return run.isRsaKeyExchange() ? TlsUtils.EMPTY_INTS : new int[] {run.choice().group()};
  }

  @Override
  public TlsECConfig getECDHConfig() {
    return new TlsECConfig(run.choice().group());
  }

  @Override
  protected @Nullable ProtocolName selectProtocolName() {
    String name = run.choice().applicationProtocol();
    return name.isEmpty()
        ? null
        : ProtocolName.asRawBytes(name.getBytes(StandardCharsets.ISO_8859_1));
  }

  /** Negotiation judged TLS_FALLBACK_SCSV already. */
  @Override
  public void notifyFallback(boolean isFallback) {}

  /** A client without RFC 5746 may come in (its section 3.6), but is never renegotiated. */
  @Override
  public void notifySecureRenegotiation(boolean secureRenegotiation) {}

  @Override
  public int getMaxHandshakeMessageSize() {
    return MAX_HANDSHAKE_MESSAGE;
  }

  @Override
  public int getMaxCertificateChainLength() {
    return MAX_CHAIN_LENGTH;
  }

  @Override
  public TlsCredentials getCredentials() {
    if (run.isRsaKeyExchange()) {
      return run.credential().decryptor();
    }
    return run.credential()
        .signer(run.choice().signatureScheme(), run.isTls13(), run.isTls13() && run.staples());
  }

  @Override
  protected boolean allowCertificateStatus() {
    return run.credential().status() != null;
  }

  @Override
  public @Nullable CertificateStatus getCertificateStatus() {
    return run.credential().status();
  }

  @Override
  public @Nullable CertificateRequest getCertificateRequest() throws IOException {
    ClientProof proof = run.clientProof();
    return proof.demanded() ? certificateRequest(proof, TlsUtils.EMPTY_BYTES) : null;
  }

  /** A CertificateRequest for this version (RFC 8446 section 4.3.2, RFC 5246 section 7.4.4). */
  CertificateRequest certificateRequest(ClientProof proof, byte[] requestContext)
      throws IOException {
    Vector<X500Name> authorities = authorities(proof.authorities());
    Vector<SignatureAndHashAlgorithm> all = signatureAlgorithms(false);
    if (run.isTls13()) {
      return new CertificateRequest(requestContext, signatureAlgorithms(true), all, authorities);
    }
    boolean tls12 = getServerVersion().equals(ProtocolVersion.TLSv12);
    return new CertificateRequest(
        new short[] {ClientCertificateType.ecdsa_sign, ClientCertificateType.rsa_sign},
        tls12 ? all : null,
        authorities);
  }

  private Vector<SignatureAndHashAlgorithm> signatureAlgorithms(boolean handshake13) {
    Vector<SignatureAndHashAlgorithm> algorithms = new Vector<>();
    for (String name : profile.signatureSchemes()) {
      int scheme = IanaRegistry.SIGNATURE_SCHEMES.codeOf(name).orElse(0);
      boolean verifiable = SupportedAlgorithms.verifies(scheme);
      if (verifiable && !(handshake13 && SupportedAlgorithms.isOnlyForOlder(scheme))) {
        algorithms.add(SignatureScheme.getSignatureAndHashAlgorithm(scheme));
      }
    }
    return algorithms;
  }

  /** The names as far as they fit: their list is bounded to two bytes of length. */
  private static @Nullable Vector<X500Name> authorities(List<? extends Principal> principals) {
    Vector<X500Name> names = new Vector<>();
    int size = 0;
    for (Principal principal : principals) {
      byte[] encoded =
          principal instanceof X500Principal x500
              ? x500.getEncoded()
              : new X500Principal(principal.getName()).getEncoded();
      size += encoded.length + 2;
      if (size > MAX_AUTHORITIES) {
        break;
      }
      names.add(X500Name.getInstance(encoded));
    }
    return names.isEmpty() ? null : names;
  }

  // ---- Sessions

  @Override
  public byte[] getNewSessionID() {
    if (run.resumption().isPresent()) {
      throw new IllegalStateException("a session was chosen but is not resumed");
    }
    return sessions.newSessionId(run);
  }

  @Override
  public @Nullable TlsSession getSessionToResume(byte[] sessionId) {
    if (run.isTls13() || run.resumption().isEmpty()) {
      return null;
    }
    ResumableSession session = run.resumed();
    SessionParameters parameters =
        new SessionParameters.Builder()
            .setCipherSuite(session.cipherSuite())
            .setExtendedMasterSecret(session.extendedMasterSecret())
            .setMasterSecret(getCrypto().createSecret(session.secret()))
            .setNegotiatedVersion(getServerVersion())
            // Without it Bouncy Castle would not renegotiate the connection later.
            .setLocalCertificate(run.credential().chain())
            .build();
    return TlsUtils.importSession(session.wireIdentity(), parameters);
  }

  /** Bouncy Castle takes a resumed session's extensions as kept; this one is agreed anew. */
  @Override
  @SuppressWarnings("rawtypes") // Bouncy Castle's signature.
  public void getServerExtensionsForConnection(Hashtable extensions) throws IOException {
    super.getServerExtensionsForConnection(extensions);
    boolean resumedCbc =
        !run.isTls13()
            && run.resumption().isPresent()
            && TlsUtils.isBlockCipherSuite(run.choice().cipherSuite());
    if (resumedCbc && run.hello().offersExtension(ENCRYPT_THEN_MAC)) {
      TlsExtensionsUtils.addEncryptThenMACExtension(extensions);
    }
  }

  /** The ticket that was chosen. Bouncy Castle then verifies its binder. */
  @Override
  @SuppressWarnings({"rawtypes", "unchecked"}) // Bouncy Castle's signature.
  public @Nullable TlsPSKExternal getExternalPSK(Vector identities) {
    if (run.resumption().isEmpty()) {
      return null;
    }
    ResumableSession session = run.resumed();
    for (int i = 0; i < identities.size(); i++) {
      byte[] identity = ((PskIdentity) identities.get(i)).getIdentity();
      if (Arrays.equals(identity, session.wireIdentity())) {
        // Bouncy Castle looks for the identity with age 0, as external PSKs have it.
        identities.set(i, new PskIdentity(identity, 0L));
        return new BasicTlsPSKExternal(
            identity,
            new ResumptionPsk((EngineCrypto) getCrypto(), session.secret().clone()),
            CipherSuiteHash.of(session.cipherSuite()).prfAlgorithm());
      }
    }
    run.abandonResumption();
    return null;
  }

  // ---- Events

  @Override
  public void notifyClientCertificate(Certificate certificate) throws IOException {
    run.clientProof().received(certificate);
  }

  @Override
  public void notifyAlertRaised(
      short level, short description, @Nullable String message, @Nullable Throwable cause) {
    Alert.ofCode(description).ifPresent(alert -> raised(alert, level == AlertLevel.fatal));
  }

  private void raised(Alert alert, boolean fatal) {
    if (alert.code() == AlertDescription.close_notify) {
      return; // The orderly end, not an incident.
    }
    alertSent = alert;
    if (alert.code() == AlertDescription.no_renegotiation && !fatal) {
      return; // No handshake begins, so there is none that this could be a step of.
    }
    steps.record(Step.ALERT_SENT, new StepDetail.AlertDetail(alert.rfcName(), fatal));
  }
}
