package dev.handfast.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.handfast.handshake.Reason;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class HandshakeMetersTest {

  private static final Instant NOW = Instant.parse("2026-03-01T12:00:30Z");

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final HandshakeMeters meters = new HandshakeMeters(registry);

  @Test
  void aCompletedHandshakeIsCountedTimedAndSplitByWhatWasNegotiated() {
    meters.count(TestHandshakes.completed("web", NOW, "shop.example"));
    meters.count(TestHandshakes.completed("web", NOW, "shop.example"));
    assertThat(registry.scrape())
        .contains(
            "handfast_handshakes_total{kind=\"initial\",listener=\"web\",protocol=\"TLSv1.3\","
                + "result=\"completed\",resumed=\"false\"} 2.0")
        .contains(
            "handfast_handshake_duration_seconds_bucket{listener=\"web\",protocol=\"TLSv1.3\","
                + "resumed=\"false\",le=\"0.002\"} 2")
        .contains(
            "handfast_negotiated_total{cipher_suite=\"TLS_AES_128_GCM_SHA256\",group=\"x25519\","
                + "listener=\"web\",protocol=\"TLSv1.3\"} 2.0");
  }

  @Test
  void aFailureIsCountedByReasonFaultAndTheLastStepThatWasNoAlert() {
    meters.count(
        TestHandshakes.failed(
            "web", NOW, Reason.CLIENT_NOT_AUTHORIZED, TestHandshakes.hello(null)));
    assertThat(registry.scrape())
        .contains(
            "handfast_handshakes_total{kind=\"initial\",listener=\"web\",protocol=\"none\","
                + "result=\"failed\",resumed=\"false\"} 1.0")
        .contains(
            "handfast_handshake_failures_total{fault=\"client\",listener=\"web\","
                + "reason=\"client_not_authorized\",step=\"client_authentication\"} 1.0")
        .doesNotContain("handfast_handshake_duration_seconds_count");
  }

  @Test
  void tenThousandServerNamesAddNoSeries() {
    meters.count(TestHandshakes.completed("web", NOW, "shop.example"));
    meters.count(
        TestHandshakes.failed(
            "web", NOW, Reason.UNRECOGNIZED_SERVER_NAME, TestHandshakes.hello("a.example")));
    long before = registry.scrape().lines().count();
    for (int i = 0; i < 10_000; i++) {
      String name = "random-%d.example".formatted(i);
      meters.count(TestHandshakes.completed("web", NOW, name));
      meters.count(
          TestHandshakes.failed(
              "web", NOW, Reason.UNRECOGNIZED_SERVER_NAME, TestHandshakes.hello(name)));
    }
    assertThat(registry.scrape().lines().count()).isEqualTo(before);
  }
}
