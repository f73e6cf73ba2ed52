package dev.handfast.listener;

import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;

/** Ready when every enabled listener is bound. */
class ListenersHealthIndicator implements HealthIndicator {

  private final ListenerRuntime runtime;

  ListenersHealthIndicator(ListenerRuntime runtime) {
    this.runtime = runtime;
  }

  @Override
  public Health health() {
    Health.Builder health = runtime.isRunning() ? Health.up() : Health.outOfService();
    for (ListenerServer server : runtime.servers()) {
      ListenerStatus status = server.status();
      health.withDetail(
          server.name(),
          status.reason() == null ? status.state() : status.state() + ": " + status.reason());
      if (server.failed()) {
        health.outOfService();
      }
    }
    return health.build();
  }
}
