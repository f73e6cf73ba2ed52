package dev.handfast.renegotiation;

import dev.handfast.handshake.Failure;
import dev.handfast.listener.ConnectionInfo;
import dev.handfast.listener.ListenerSettings;
import dev.handfast.listener.LiveConnection;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A connection that answers as a test wants, and remembers what was asked of it. */
final class FakeConnection implements LiveConnection {

  static final Instant BEGIN = Instant.parse("2026-01-01T00:00:00Z");

  final List<String> calls = Collections.synchronizedList(new ArrayList<>());
  final List<Demand> demands = Collections.synchronizedList(new ArrayList<>());
  final List<Failure> failures = Collections.synchronizedList(new ArrayList<>());

  private final String id;
  volatile String protocol = "TLSv1.3";
  volatile Support support = new Support(false, true, false);
  volatile List<X509Certificate> chain = List.of();
  volatile List<String> sessionIds = List.of();
  volatile @Nullable String sessionId;
  volatile @Nullable String policy;
  volatile long policyRevision;
  volatile @Nullable String certificate = "server";
  volatile int certificateVersion = 1;
  volatile Instant lastHandshakeAt = BEGIN;
  volatile long bytes;
  volatile boolean followsRotation;
  volatile ListenerSettings.@Nullable RekeyAfter rekeyAfter;
  volatile Supplier<CompletionStage<Outcome>> answer =
      () -> CompletableFuture.completedFuture(new Outcome(Result.SUCCEEDED, null));

  FakeConnection(String id) {
    this.id = id;
  }

  static FakeConnection tls12(String id) {
    FakeConnection connection = new FakeConnection(id);
    connection.protocol = "TLSv1.2";
    connection.support = new Support(true, false, false);
    return connection;
  }

  FakeConnection answering(Result result) {
    answer = () -> CompletableFuture.completedFuture(new Outcome(result, null));
    return this;
  }

  FakeConnection withPolicy(String name, long revision) {
    policy = name;
    policyRevision = revision;
    return this;
  }

  FakeConnection offeringPostHandshakeAuthentication() {
    support = new Support(false, true, true);
    return this;
  }

  @Override
  public String id() {
    return id;
  }

  @Override
  public ConnectionInfo info() {
    return new ConnectionInfo(
        id,
        "shop",
        null,
        "192.0.2.1",
        40_000,
        "shop.example",
        protocol,
        "TLS_AES_128_GCM_SHA256",
        "x25519",
        null,
        null,
        null,
        null,
        policy,
        policyRevision,
        sessionId,
        false,
        certificate,
        certificateVersion,
        BEGIN,
        lastHandshakeAt,
        0,
        bytes,
        0,
        "inspect:");
  }

  @Override
  public Support support() {
    return support;
  }

  @Override
  public List<X509Certificate> clientChain() {
    return chain;
  }

  @Override
  public List<String> sessionIds() {
    return sessionIds;
  }

  @Override
  public ListenerSettings.@Nullable RekeyAfter rekeyAfter() {
    return rekeyAfter;
  }

  @Override
  public boolean followsCertificateRotation() {
    return followsRotation;
  }

  @Override
  public CompletionStage<Outcome> renegotiate(Demand demand) {
    return called("renegotiate", demand);
  }

  @Override
  public CompletionStage<Outcome> requestCertificate(Demand demand) {
    return called("requestCertificate", demand);
  }

  @Override
  public CompletionStage<Outcome> updateKeys() {
    calls.add("updateKeys");
    return answer.get();
  }

  @Override
  public CompletionStage<Outcome> close() {
    calls.add("close");
    return answer.get();
  }

  @Override
  public CompletionStage<Outcome> abort(Failure failure) {
    calls.add("abort");
    failures.add(failure);
    return CompletableFuture.completedFuture(new Outcome(Result.SUCCEEDED, null));
  }

  private CompletionStage<Outcome> called(String what, Demand demand) {
    calls.add(what);
    demands.add(demand);
    return answer.get();
  }

  /** An answer that waits for the test. */
  static Supplier<CompletionStage<Outcome>> held(CompletableFuture<Outcome> outcome) {
    return () -> outcome;
  }

  static Duration soon() {
    return Duration.ofSeconds(20);
  }
}
