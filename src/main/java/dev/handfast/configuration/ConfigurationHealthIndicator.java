package dev.handfast.configuration;

import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.stereotype.Component;

/**
 * Not ready while the newest configuration cannot be read by this version: new clients should go to
 * a replica that understands it. Any other failure to put it in force is retried, and is no reason
 * to turn clients away.
 */
@Component("configurationHealthIndicator")
class ConfigurationHealthIndicator implements HealthIndicator {

  private final ConfigurationChanges changes;

  ConfigurationHealthIndicator(ConfigurationChanges changes) {
    this.changes = changes;
  }

  @Override
  public Health health() {
    String unreadable = changes.unreadable();
    Health.Builder health = unreadable == null ? Health.up() : Health.outOfService();
    if (unreadable != null) {
      health.withDetail("unreadable", unreadable);
    }
    return health.withDetail("revision", changes.publishedRevision()).build();
  }
}
