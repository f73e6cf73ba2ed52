package dev.handfast.session;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.springframework.dao.DataAccessResourceFailureException;

/** A store that can fail, or not answer, as a test wants. */
final class UnreliableStorage {

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final AtomicInteger lookups = new AtomicInteger();
  private final AtomicInteger writes = new AtomicInteger();
  private State state = State.WORKING;

  private enum State {
    WORKING,
    FAILING,
    SILENT
  }

  SessionStorage around(SessionStorage storage) {
    return (SessionStorage)
        Proxy.newProxyInstance(
            SessionStorage.class.getClassLoader(),
            new Class<?>[] {SessionStorage.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("find")) {
                lookups.incrementAndGet();
              }
              if (method.getName().equals("write")) {
                writes.incrementAndGet();
              }
              behave();
              try {
                return method.invoke(storage, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  void fail() {
    become(State.FAILING);
  }

  void fallSilent() {
    become(State.SILENT);
  }

  void work() {
    become(State.WORKING);
  }

  int lookups() {
    return lookups.get();
  }

  int writes() {
    return writes.get();
  }

  private void become(State next) {
    lock.lock();
    try {
      state = next;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void behave() {
    lock.lock();
    try {
      while (state == State.SILENT) {
        changed.awaitUninterruptibly();
      }
      if (state == State.FAILING) {
        throw new DataAccessResourceFailureException("the database is gone");
      }
    } finally {
      lock.unlock();
    }
  }
}
