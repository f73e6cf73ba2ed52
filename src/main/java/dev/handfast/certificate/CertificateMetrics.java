package dev.handfast.certificate;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.MultiGauge.Row;
import io.micrometer.core.instrument.Tags;
import java.util.List;
import java.util.Map;
import org.springframework.stereotype.Component;

/** {@code handfast_certificate_not_after_timestamp_seconds}, for as long as a certificate lives. */
@Component
class CertificateMetrics {

  private static final long MILLISECONDS = 1000;

  private final MultiGauge notAfter;

  CertificateMetrics(MeterRegistry registry) {
    this.notAfter =
        MultiGauge.builder("handfast.certificate.not.after.timestamp")
            .description("When the certificate's current version expires, in seconds since 1970")
            .baseUnit("seconds")
            .register(registry);
  }

  void update(Map<String, CurrentVersion> versions) {
    List<Row<?>> rows =
        versions.entrySet().stream()
            .<Row<?>>map(
                entry ->
                    Row.of(
                        Tags.of("certificate", entry.getKey()),
                        entry.getValue().credential().chain().getFirst().getNotAfter().getTime()
                            / MILLISECONDS))
            .toList();
    notAfter.register(rows, true);
  }
}
