package dev.handfast.engine;

import dev.handfast.handshake.ClientHello;
import dev.handfast.handshake.IanaRegistry;
import dev.handfast.handshake.Negotiation;
import dev.handfast.handshake.ProtocolVersion;
import dev.handfast.handshake.Reason;
import dev.handfast.handshake.ResumableSession;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Which of the allowed sessions a ClientHello resumes, if any. What does not fit today's choice is
 * not resumed; the handshake is then full.
 */
final class SessionChoice {

  private static final int MAX_FRAGMENT_LENGTH = 1;
  private static final int EXTENDED_MASTER_SECRET = 23;
  private static final int PSK_DHE_KE = 1;
  private static final int MAX_IDENTITIES = 16;

  /** RFC 8446 section 8.3 finds 10 s right for the Internet; clocks also drift with age. */
  private static final Duration AGE_TOLERANCE = Duration.ofSeconds(10);

  private static final int DRIFT_PER_AGE = 1000;

  private final ClientHello hello;
  private final Negotiation.Choice choice;
  private final EngineSettings settings;
  private final Instant now;

  SessionChoice(
      ClientHello hello, Negotiation.Choice choice, EngineSettings settings, Instant now) {
    this.hello = hello;
    this.choice = choice;
    this.settings = settings;
    this.now = now;
  }

  /**
   * The session to resume.
   *
   * @throws FatalFailure where the RFCs demand that the handshake ends
   */
  Optional<ResumableSession> select() throws FatalFailure {
    if (settings.sessions().isEmpty()) {
      return Optional.empty();
    }
    return choice.version() == ProtocolVersion.TLS_1_3 ? byTicket() : bySessionId();
  }

  private Optional<ResumableSession> bySessionId() throws FatalFailure {
    ResumableSession session = find(hello.sessionId());
    if (session == null || !fits(session)) {
      return Optional.empty();
    }
    boolean offered = hello.offersExtension(EXTENDED_MASTER_SECRET);
    if (session.extendedMasterSecret() && !offered) {
      throw new FatalFailure(
          Reason.MISSING_EXTENSION,
          "offered a session made with extended_master_secret, without the extension (RFC 7627"
              + " 5.3)");
    }
    // A session without extended master secret is never resumed: triple handshake (RFC 7627 1).
    boolean usable =
        session.extendedMasterSecret()
            && hello.cipherSuites().contains(session.cipherSuite())
            && settings
                .profile()
                .cipherSuites()
                .contains(IanaRegistry.CIPHER_SUITES.nameOf(session.cipherSuite()))
            // The session's limit would go on (RFC 6066 section 4); its value is not kept.
            && !hello.offersExtension(MAX_FRAGMENT_LENGTH);
    return usable ? Optional.of(session) : Optional.empty();
  }

  private Optional<ResumableSession> byTicket() {
    if (!hello.pskModes().contains(PSK_DHE_KE)) {
      return Optional.empty();
    }
    List<ClientHello.PskIdentity> identities = hello.pskIdentities();
    for (int i = 0; i < Math.min(identities.size(), MAX_IDENTITIES); i++) {
      ClientHello.PskIdentity identity = identities.get(i);
      ResumableSession session = find(identity.identity());
      if (session != null
          && fits(session)
          && CipherSuiteHash.of(session.cipherSuite()) == CipherSuiteHash.of(choice.cipherSuite())
          && isAgePlausible(session, identity.obfuscatedTicketAge())) {
        return Optional.of(session);
      }
    }
    return Optional.empty();
  }

  private @org.jspecify.annotations.Nullable ResumableSession find(byte[] wireIdentity) {
    ResumableSession found = null;
    for (ResumableSession session : settings.sessions()) {
      if (MessageDigest.isEqual(session.wireIdentity(), wireIdentity)) {
        found = session;
      }
    }
    return found;
  }

  private boolean fits(ResumableSession session) {
    return session.protocol() == choice.version()
        && now.isBefore(session.expiresAt())
        && Objects.equals(session.serverName(), hello.serverName());
  }

  /** RFC 8446 section 4.2.11.1. */
  private boolean isAgePlausible(ResumableSession session, long obfuscatedAge) {
    long claimed = (obfuscatedAge - session.ageAdd()) & 0xffff_ffffL;
    long actual = Duration.between(session.issuedAt(), now).toMillis();
    long tolerance = AGE_TOLERANCE.toMillis() + Math.max(0, actual) / DRIFT_PER_AGE;
    return Math.abs(claimed - actual) <= tolerance;
  }
}
