package dev.handfast.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

class SessionPropertiesTest {

  @Test
  void everythingHasADefault() {
    SessionProperties properties = bind(Map.of());

    assertThat(properties.store()).isEqualTo(SessionProperties.Store.DATABASE);
    assertThat(properties.lifetime()).isEqualTo(Duration.ofHours(2));
    assertThat(properties.lookupDeadline()).isEqualTo(Duration.ofMillis(50));
    assertThat(properties.memory().maxEntries()).isEqualTo(100_000);
    assertThat(properties.memory().maxBytes()).isEqualTo(Runtime.getRuntime().maxMemory() / 16);
    assertThat(properties.writeBehind().maxBytes()).isEqualTo(properties.memory().maxBytes());
    assertThat(properties.writeBehind().interval()).isEqualTo(Duration.ofMillis(200));
  }

  @Test
  void whatIsOutOfRangeIsRefusedWithTheRange() {
    assertRefused("lifetime", "8d", "PT0S..PT168H");
    assertRefused("lifetime", "-1s", "PT0S..PT168H");
    assertRefused("full-handshake-after", "169h", "PT0S..PT168H");
    assertRefused("tickets-per-handshake", "5", "0..4");
    assertRefused("ticket-reuse-grace", "2m", "PT0S..PT1M");
    assertRefused("lookup-deadline", "6s", "PT0S..PT5S");
    assertRefused("invalidation-poll-interval", "1ms", "PT0.05S..PT1M");
    assertRefused("cleanup-interval", "0s", "PT0.05S..PT1H");
    assertRefused("memory.max-entries", "0", "1 or more");
    assertRefused("memory.max-size", "0B", "1B or more");
    assertRefused("write-behind.interval", "0s", "PT0.001S..PT1M");
    assertRefused("write-behind.batch-size", "1001", "1..1000");
    assertRefused("write-behind.max-entries", "10", "the batch size, 500, or more");
    assertRefused("write-behind.max-size", "0B", "1B or more");
  }

  private static void assertRefused(String property, String value, String expected) {
    assertThatThrownBy(() -> bind(Map.of("handfast.sessions." + property, value)))
        .rootCause()
        .hasMessageStartingWith("handfast.sessions." + property + ": ")
        .hasMessageEndingWith("(expected: " + expected + ")");
  }

  private static SessionProperties bind(Map<String, String> properties) {
    return new Binder(new MapConfigurationPropertySource(properties))
        .bindOrCreate("handfast.sessions", SessionProperties.class);
  }
}
