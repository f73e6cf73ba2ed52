package dev.handfast.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.handfast.handshake.ResumableSession;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.util.unit.DataSize;

class PendingWritesTest {

  private static final int BATCH = 3;

  private final PendingWrites pending =
      new PendingWrites(
          new SessionProperties.WriteBehind(
              Duration.ofMillis(50), BATCH, 100, DataSize.ofMegabytes(1)));

  /** What can be first to wait. */
  private enum Kind {
    ISSUED(pending -> pending.issued(entry())),
    USED(pending -> pending.used(entry())),
    DELETED(pending -> pending.deleted(entry().id()));

    private final Consumer<PendingWrites> write;

    Kind(Consumer<PendingWrites> write) {
      this.write = write;
    }
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void theFirstWriteEndsAnIdleWait(Kind kind) throws Exception {
    CompletableFuture<Boolean> waiting = await(Duration.ZERO);
    kind.write.accept(pending);
    assertThat(waiting.get(10, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void aFullBatchEndsThePause() throws Exception {
    CompletableFuture<Boolean> waiting = await(Duration.ofHours(1));
    for (int i = 0; i < BATCH; i++) {
      assertThat(waiting).isNotDone();
      pending.issued(entry());
    }
    assertThat(waiting.get(10, TimeUnit.SECONDS)).isTrue();
    assertThat(pending.take().issued()).hasSize(BATCH);
  }

  @Test
  void aBatchThatFilledMeanwhileIsNotWaitedFor() throws Exception {
    for (int i = 0; i < BATCH + 2; i++) {
      pending.issued(entry());
    }
    assertThat(await(Duration.ofHours(1)).get(10, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void closingEndsEveryWait() throws Exception {
    CompletableFuture<Boolean> idle = await(Duration.ofHours(1));
    pending.close();
    assertThat(idle.get(10, TimeUnit.SECONDS)).isFalse();
  }

  private CompletableFuture<Boolean> await(Duration pause) {
    CompletableFuture<Boolean> ended = new CompletableFuture<>();
    Thread.startVirtualThread(
        () -> {
          try {
            ended.complete(pending.await(pause, true));
          } catch (InterruptedException | RuntimeException e) {
            ended.completeExceptionally(e);
          }
        });
    return ended;
  }

  private static SessionEntry entry() {
    ResumableSession session = Fixtures.ticket();
    return SessionEntry.issued(
        Fixtures.IDENTITIES.idOf(session.wireIdentity()), session, Fixtures.SCOPE);
  }
}
