package dev.handfast.replica;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

class ReplicaPropertiesTest {

  @Test
  void everythingHasADefault() {
    ReplicaProperties properties = bind(Map.of());

    assertThat(properties.name()).isNull();
    assertThat(properties.heartbeat()).isEqualTo(Duration.ofSeconds(2));
    assertThat(properties.silentAfter()).isEqualTo(Duration.ofSeconds(10));
    assertThat(properties.answerTimeout()).isEqualTo(Duration.ofSeconds(2));
  }

  @Test
  void whatIsOutOfRangeIsRefusedWithTheRange() {
    assertRefused("name", " ", "1..200, not blank");
    assertRefused("heartbeat", "99ms", "PT0.1S..PT1M");
    assertRefused("silent-after", "11m", "PT1S..PT10M");
    assertRefused("silent-after", "3s", "at least twice the heartbeat, PT2S");
    assertRefused("forget-after", "59s", "PT1M..PT168H");
    assertRefused("answer-timeout", "31s", "PT0.1S..PT30S");
    assertRefused("poll-interval", "49ms", "PT0.05S..PT10S");
  }

  @Test
  void whoWasGivenNoNameHasHostAndManagementPort() {
    assertThat(Identity.defaultName("8080")).matches("[^:]+:8080");
    assertThat(Identity.defaultName("0")).matches(".+#\\d+");
  }

  private static void assertRefused(String property, String value, String expected) {
    assertThatThrownBy(() -> bind(Map.of("handfast.replicas." + property, value)))
        .rootCause()
        .hasMessageStartingWith("handfast.replicas." + property + ": ")
        .hasMessageEndingWith("(expected: " + expected + ")");
  }

  private static ReplicaProperties bind(Map<String, String> properties) {
    return new Binder(new MapConfigurationPropertySource(properties))
        .bindOrCreate("handfast.replicas", ReplicaProperties.class);
  }
}
