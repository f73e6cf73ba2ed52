package dev.handfast.listener;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Gives an engine to one thread at a time: the event loop, or a worker while a call may block. What
 * comes meanwhile waits, in order. Called on the event loop.
 */
final class EngineTurns {

  private final Executor eventLoop;
  private final Executor workers;
  private final Queue<Runnable> waiting = new ArrayDeque<>(1);
  private boolean busy;

  EngineTurns(Executor eventLoop, Executor workers) {
    this.eventLoop = eventLoop;
    this.workers = workers;
  }

  /** Whether a worker has the engine. */
  boolean busy() {
    return busy;
  }

  /** Runs a task when no worker has the engine, now or later. */
  void whenFree(Runnable task) {
    if (busy) {
      waiting.add(task);
    } else {
      task.run();
    }
  }

  /**
   * Has a worker run a call. Not while busy.
   *
   * @param done told on the event loop what the call threw, or null; before anything that waits
   */
  void offload(Runnable call, Consumer<@Nullable Throwable> done) {
    busy = true;
    workers.execute(
        () -> {
          Throwable problem = null;
          try {
            call.run();
          } catch (RuntimeException | Error e) {
            problem = e;
          }
          Throwable thrown = problem;
          eventLoop.execute(
              () -> {
                busy = false;
                done.accept(thrown);
              });
        });
  }

  /** Runs what waits, until a worker has the engine again; true if none has. */
  boolean catchUp() {
    while (!busy) {
      Runnable next = waiting.poll();
      if (next == null) {
        return true;
      }
      next.run();
    }
    return false;
  }
}
