package dev.handfast.channel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.handfast.testing.RunningHandfast;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The soak of {@code bench/soak}, for seconds. */
class SoakIT {

  @Test
  void nothingFailsAndNothingGrowsWhileEverythingChanges() throws Exception {
    // Not the shared one: what it holds is measured.
    try (RunningHandfast handfast = RunningHandfast.start()) {
      Soak.run(handfast, Duration.ofSeconds(8), Duration.ofMillis(200));

      assertThat(handfast.log()).doesNotContain("LEAK:");
    }
  }
}
