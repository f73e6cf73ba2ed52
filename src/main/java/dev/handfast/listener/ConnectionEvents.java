package dev.handfast.listener;

import dev.handfast.engine.EngineEvents;
import dev.handfast.handshake.ClientAuthentication;
import dev.handfast.handshake.ClientHello;
import dev.handfast.handshake.Failure;
import dev.handfast.handshake.Handshake.Kind;
import dev.handfast.handshake.HandshakeStep;
import dev.handfast.handshake.Negotiated;
import dev.handfast.handshake.ResumableSession;
import dev.handfast.session.Sessions;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Hears what the engine tells during a call, on whatever thread runs it, and keeps it until the
 * call is over: then {@link EngineHandler} acts on it on the event loop.
 */
final class ConnectionEvents implements EngineEvents {

  private final HandshakeRecorder recorder;
  private final SessionOffer offer;
  private final @Nullable Sessions sessions;
  private final List<String> issuedSessions = new ArrayList<>(0);
  private final List<ClientInitiated> clientInitiated = new ArrayList<>(0);

  private @Nullable Negotiated established;
  private @Nullable ClientAuthentication reauthenticated;
  private @Nullable Failure failure;
  private @Nullable String sessionId;
  private boolean declined;
  private boolean inputClosed;

  ConnectionEvents(HandshakeRecorder recorder, SessionOffer offer, @Nullable Sessions sessions) {
    this.recorder = recorder;
    this.offer = offer;
    this.sessions = sessions;
  }

  @Override
  public void handshakeStarted(boolean renegotiation) {
    if (renegotiation) {
      recorder.begin(Kind.RENEGOTIATION);
      sessionId = null;
    }
  }

  @Override
  public void clientHello(ClientHello hello) {
    recorder.clientHello(hello);
  }

  @Override
  public void step(HandshakeStep step) {
    recorder.step(step);
  }

  @Override
  public void clientCertificates(List<X509Certificate> chain) {
    recorder.clientChain(chain);
  }

  @Override
  public void clientAuthenticated(ClientAuthentication authentication) {
    recorder.authenticated(authentication);
  }

  @Override
  public void established(Negotiated negotiated) {
    established = negotiated;
  }

  @Override
  public void sessionIssued(ResumableSession session) {
    if (sessions == null) {
      return;
    }
    String id = sessions.save(session, offer.scope());
    issuedSessions.add(id);
    sessionId = sessionId == null ? id : sessionId;
  }

  @Override
  public void sessionResumed(ResumableSession session) {
    if (sessions == null) {
      return;
    }
    sessions.resumed(session, offer.scope());
    sessionId = sessions.publicId(session);
    ClientAuthentication authentication = offer.authenticationOf(session);
    if (authentication != null) {
      recorder.authenticated(authentication);
    }
    recorder.clientChain(SessionOffer.chainOf(session));
  }

  @Override
  public void reauthenticated(ClientAuthentication authentication) {
    recorder.authenticated(authentication);
    reauthenticated = authentication;
  }

  @Override
  public void renegotiationDeclined() {
    declined = true;
  }

  @Override
  public void clientInitiated(ClientInitiated what) {
    clientInitiated.add(what);
  }

  @Override
  public void failed(Failure why) {
    if (failure == null) {
      failure = why;
    }
  }

  @Override
  public void inputClosed() {
    inputClosed = true;
  }

  /** A completed handshake, told once, with the public name of its session. */
  @Nullable Negotiated takeEstablished() {
    Negotiated taken = established;
    established = null;
    return taken == null || sessionId == null ? taken : withSession(taken, sessionId);
  }

  @Nullable ClientAuthentication takeReauthenticated() {
    ClientAuthentication taken = reauthenticated;
    reauthenticated = null;
    return taken;
  }

  boolean takeDeclined() {
    boolean taken = declined;
    declined = false;
    return taken;
  }

  List<ClientInitiated> takeClientInitiated() {
    return take(clientInitiated);
  }

  List<String> takeIssuedSessions() {
    return take(issuedSessions);
  }

  private static <T> List<T> take(List<T> from) {
    if (from.isEmpty()) {
      return List.of();
    }
    List<T> taken = List.copyOf(from);
    from.clear();
    return taken;
  }

  /** Why the connection failed; stays. */
  @Nullable Failure failure() {
    return failure;
  }

  /** Whether the client said close_notify; stays. */
  boolean isInputClosed() {
    return inputClosed;
  }

  private static Negotiated withSession(Negotiated negotiated, String sessionId) {
    return new Negotiated(
        negotiated.protocol(),
        negotiated.cipherSuite(),
        negotiated.group(),
        negotiated.signatureScheme(),
        negotiated.alpn(),
        negotiated.certificate(),
        negotiated.certificateVersion(),
        negotiated.resumed(),
        sessionId);
  }
}
