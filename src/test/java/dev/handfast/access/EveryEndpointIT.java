package dev.handfast.access;

import dev.handfast.testing.Api;
import dev.handfast.testing.RunningHandfast;
import java.net.URI;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** With the beans that the image's build has determined. */
class EveryEndpointIT extends EveryEndpoint {

  private static RunningHandfast handfast;

  @BeforeAll
  static void start() {
    handfast = RunningHandfast.start();
  }

  @AfterAll
  static void stop() {
    handfast.close();
  }

  @Override
  URI management() {
    return handfast.managementUri();
  }

  @Override
  Api administrator() {
    return handfast.api();
  }
}
