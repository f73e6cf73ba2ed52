package dev.handfast.renegotiation;

import dev.handfast.handshake.ClientHello;
import dev.handfast.handshake.ProtocolVersion;
import dev.handfast.handshake.ResumableSession;
import dev.handfast.session.SessionSelector;
import dev.handfast.session.Sessions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Remembers what was invalidated. */
final class FakeSessions implements Sessions {

  final List<SessionSelector> invalidated = Collections.synchronizedList(new ArrayList<>());
  volatile boolean broken;

  @Override
  public CompletionStage<List<ResumableSession>> find(
      ClientHello hello, Scope scope, @Nullable ProtocolVersion newest) {
    return CompletableFuture.completedFuture(List.of());
  }

  @Override
  public String save(ResumableSession session, Scope scope) {
    return publicId(session);
  }

  @Override
  public void resumed(ResumableSession session, Scope scope) {}

  @Override
  public void refused(ResumableSession session, Scope scope, String reason) {}

  @Override
  public CompletionStage<Long> invalidate(SessionSelector selector) {
    if (broken) {
      throw new IllegalStateException("a test");
    }
    invalidated.add(selector);
    return CompletableFuture.completedFuture(0L);
  }

  @Override
  public String publicId(ResumableSession session) {
    return "";
  }

  @Override
  public byte[] newIdentity() {
    return new byte[32];
  }

  @Override
  public Duration lifetime() {
    return Duration.ZERO;
  }

  @Override
  public int ticketsPerHandshake() {
    return 0;
  }
}
