package dev.handfast.engine;

import dev.handfast.handshake.ResumableSession;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.bouncycastle.tls.NewSessionTicket;
import org.bouncycastle.tls.SecurityParameters;
import org.bouncycastle.tls.TlsSession;
import org.bouncycastle.tls.crypto.TlsHash;
import org.bouncycastle.tls.crypto.TlsSecret;
import org.jspecify.annotations.Nullable;

/** What one connection keeps for later handshakes, and for post-handshake authentication. */
final class SessionKeeper {

  private static final int PSK_DHE_KE = 1;

  /** Sends a NewSessionTicket. */
  @FunctionalInterface
  interface TicketSender {
    void send(NewSessionTicket ticket) throws IOException;
  }

  private final SessionIssuer issuer;
  private @Nullable Transcript transcript;
  private @Nullable TlsSecret resumptionMasterSecret;
  private @Nullable TlsHash throughClientFinished;
  private int tickets;
  private int hashAlgorithm;
  private int hashLength;

  /**
   * For one connection.
   *
   * @param transcript null for TLS 1.2 and older
   */
  SessionKeeper(SessionIssuer issuer, @Nullable Transcript transcript) {
    this.issuer = issuer;
    this.transcript = transcript;
  }

  /** Derives what needs the handshake's secrets, just before Bouncy Castle forgets them. */
  void derive(HandshakeRun run, SecurityParameters parameters, boolean resumed) throws IOException {
    tickets = run.hello().pskModes().contains(PSK_DHE_KE) ? issuer.tickets(resumed) : 0;
    boolean reauthenticates = run.offersPostHandshakeAuthentication();
    Transcript observed = transcript;
    // An idle connection should not keep it.
    transcript = null;
    if (tickets == 0 && !reauthenticates || observed == null) {
      return;
    }
    TlsHash hash = observed.fork();
    Tls13Schedule.addClientFinished(hash, parameters);
    if (reauthenticates) {
      throughClientFinished = hash.cloneHash();
    }
    if (tickets > 0) {
      hashAlgorithm = parameters.getPRFCryptoHashAlgorithm();
      hashLength = parameters.getPRFHashLength();
      resumptionMasterSecret =
          Tls13Schedule.resumptionMasterSecret(parameters, hash.calculateHash());
    }
  }

  /** A copy of the transcript up to the client's Finished (RFC 8446 section 4.4). */
  TlsHash throughClientFinished() {
    if (throughClientFinished == null) {
      throw new IllegalStateException("the client did not offer post_handshake_auth");
    }
    return throughClientFinished.cloneHash();
  }

  /** Sends the tickets that a TLS 1.3 handshake deserves (RFC 8446 section 4.6.1). */
  List<ResumableSession> issueTickets(HandshakeRun run, TicketSender sender) throws IOException {
    TlsSecret master = resumptionMasterSecret;
    resumptionMasterSecret = null;
    if (master == null) {
      return List.of();
    }
    List<ResumableSession> issued = new ArrayList<>(tickets);
    Instant now = issuer.now();
    for (int i = 0; i < tickets; i++) {
      byte[] nonce = {(byte) i};
      byte[] secret = Tls13Schedule.ticketSecret(master, hashAlgorithm, hashLength, nonce);
      ResumableSession session =
          issuer.session(
              run,
              now,
              issuer.newIdentity(),
              secret,
              issuer.newAgeAdd(),
              run.resumption().orElse(null));
      if (session.issuedAt().isBefore(session.expiresAt())) {
        sender.send(SessionIssuer.ticket(session, nonce));
        issued.add(session);
      }
    }
    master.destroy();
    return issued;
  }

  /** The session of a full handshake of TLS 1.2 or older (RFC 5246 section 7.4.1.3). */
  List<ResumableSession> issueSession(HandshakeRun run, @Nullable TlsSession session)
      throws IOException {
    if (session == null || session.getSessionID().length == 0) {
      return List.of();
    }
    byte[] secret = session.exportSessionParameters().getMasterSecret().extract();
    return List.of(issuer.session(run, issuer.now(), session.getSessionID(), secret, 0, null));
  }

  /** The ID of a session that may be resumed, or an empty one. */
  byte[] newSessionId(HandshakeRun run) {
    // Only sessions with extended master secret (RFC 7627) are ever resumed.
    boolean resumable = issuer.issues() && run.hello().offersExtension(23);
    return resumable ? issuer.newIdentity() : new byte[0];
  }
}
