package dev.handfast.channel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.handfast.testing.RunningHandfast;
import java.time.Duration;
import java.util.function.Consumer;
import org.awaitility.Awaitility;
import tools.jackson.databind.JsonNode;

/** Waits for handshake records, which are written behind. */
final class Recorded {

  private Recorded() {}

  /** The newest record that matches the query, once it satisfies the assertion. */
  static void await(RunningHandfast handfast, String query, Consumer<JsonNode> assertion) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .pollInterval(Duration.ofMillis(100))
        .untilAsserted(
            () -> {
              JsonNode items =
                  handfast.api().get("/api/v1/handshakes?" + query).expect(200).json().at("/items");
              assertThat(items.size()).as("records with " + query).isPositive();
              assertion.accept(items.get(0));
            });
  }
}
