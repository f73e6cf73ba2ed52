package dev.handfast.engine;

import dev.handfast.handshake.ClientAuthentication;
import dev.handfast.handshake.ClientHello;
import dev.handfast.handshake.Failure;
import dev.handfast.handshake.HandshakeStep;
import dev.handfast.handshake.Negotiated;
import dev.handfast.handshake.ResumableSession;
import dev.handfast.handshake.Step;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Remembers what an engine told. */
class RecordingEvents implements EngineEvents {

  final List<HandshakeStep> steps = new CopyOnWriteArrayList<>();
  final List<Negotiated> established = new CopyOnWriteArrayList<>();
  final List<Failure> failures = new CopyOnWriteArrayList<>();
  final List<List<X509Certificate>> clientChains = new CopyOnWriteArrayList<>();
  final List<ClientAuthentication> authentications = new CopyOnWriteArrayList<>();
  final List<ResumableSession> issued = new CopyOnWriteArrayList<>();
  final List<ResumableSession> resumed = new CopyOnWriteArrayList<>();
  final List<String> order = new CopyOnWriteArrayList<>();

  @Override
  public void handshakeStarted(boolean renegotiation) {
    order.add(renegotiation ? "restarted" : "started");
  }

  @Override
  public void clientHello(ClientHello hello) {
    order.add("clientHello");
  }

  @Override
  public void step(HandshakeStep step) {
    steps.add(step);
  }

  @Override
  public void clientCertificates(List<X509Certificate> chain) {
    clientChains.add(chain);
    order.add("clientCertificates");
  }

  @Override
  public void clientAuthenticated(ClientAuthentication authentication) {
    authentications.add(authentication);
    order.add("clientAuthenticated");
  }

  @Override
  public void established(Negotiated negotiated) {
    established.add(negotiated);
    order.add("established");
  }

  @Override
  public void sessionIssued(ResumableSession session) {
    issued.add(session);
    order.add("sessionIssued");
  }

  @Override
  public void sessionResumed(ResumableSession session) {
    resumed.add(session);
    order.add("sessionResumed");
  }

  @Override
  public void reauthenticated(ClientAuthentication authentication) {
    order.add("reauthenticated");
  }

  @Override
  public void renegotiationDeclined() {
    order.add("renegotiationDeclined");
  }

  @Override
  public void clientInitiated(ClientInitiated what) {
    order.add(what.name());
  }

  @Override
  public void failed(Failure failure) {
    failures.add(failure);
    order.add("failed");
  }

  @Override
  public void inputClosed() {
    order.add("inputClosed");
  }

  List<Step> stepNames() {
    return steps.stream().map(HandshakeStep::step).toList();
  }
}
