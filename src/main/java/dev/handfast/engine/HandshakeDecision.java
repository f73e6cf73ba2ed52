package dev.handfast.engine;

import dev.handfast.handshake.ClientHello;
import dev.handfast.handshake.HandshakeException;
import dev.handfast.handshake.Negotiation;
import dev.handfast.handshake.ProtocolVersion;
import dev.handfast.handshake.ResumableSession;
import dev.handfast.handshake.TlsProfile;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/** Decides what a handshake will be, before anything of it is executed. */
final class HandshakeDecision {

  private static final Negotiation NEGOTIATION = Negotiation.standard();

  private final EngineSettings settings;
  private final InstantSource clock;
  private final List<PreparedCredential> credentials;

  HandshakeDecision(EngineSettings settings, InstantSource clock) {
    this.settings = settings;
    this.clock = clock;
    this.credentials =
        settings.certificates().stream().map(PreparedCredential.class::cast).toList();
  }

  /** The initial handshake: full, or abbreviated where a session fits and today's policy allows. */
  HandshakeRun initial(ClientHello hello, ClientProof proof)
      throws HandshakeException, FatalFailure {
    HandshakeRun run = full(hello, settings.profile(), proof);
    Optional<ResumableSession> session =
        new SessionChoice(hello, run.choice(), settings, clock.instant()).select();
    if (session.isPresent() && proof.resume(session.get().clientChain())) {
      run.resume(session.get());
    }
    return run;
  }

  /** A renegotiation: always full, and in the version that the connection has. */
  HandshakeRun renegotiation(ClientHello hello, ClientProof proof, ProtocolVersion version)
      throws HandshakeException {
    TlsProfile profile = settings.profile();
    TlsProfile pinned =
        new TlsProfile(
            profile.name(),
            version,
            version,
            profile.cipherSuites(),
            profile.groups(),
            profile.signatureSchemes());
    return full(hello, pinned, proof);
  }

  private HandshakeRun full(ClientHello hello, TlsProfile profile, ClientProof proof)
      throws HandshakeException {
    Negotiation.Choice choice =
        NEGOTIATION.choose(
            hello,
            profile,
            credentials.stream().map(PreparedCredential::negotiable).toList(),
            settings.applicationProtocols());
    return new HandshakeRun(hello, choice, credentials.get(choice.certificate()), proof);
  }
}
