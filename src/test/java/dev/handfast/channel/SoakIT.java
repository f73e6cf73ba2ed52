package dev.handfast.channel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.handfast.testing.RunningHandfast;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;

/** The soak of {@code bench/soak}, for seconds. */
@ResourceLock(RunningHandfast.SHARED)
class SoakIT {

  @Test
  void nothingFailsAndNothingGrowsWhileEverythingChanges() throws Exception {
    RunningHandfast handfast = RunningHandfast.shared();

    Soak.run(handfast, Duration.ofSeconds(8), Duration.ofMillis(200));

    assertThat(handfast.log()).doesNotContain("LEAK:");
  }
}
