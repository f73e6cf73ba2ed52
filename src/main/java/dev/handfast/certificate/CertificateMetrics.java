package dev.handfast.certificate;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.MultiGauge.Row;
import io.micrometer.core.instrument.Tags;
import java.security.cert.X509Certificate;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.springframework.stereotype.Component;

/**
 * {@code handfast_certificate_not_before_timestamp_seconds} and {@code ..._not_after_...}, for as
 * long as a certificate lives.
 */
@Component
class CertificateMetrics {

  private static final long MILLISECONDS = 1000;

  private final MultiGauge notBefore;
  private final MultiGauge notAfter;

  CertificateMetrics(MeterRegistry registry) {
    this.notBefore =
        MultiGauge.builder("handfast.certificate.not.before.timestamp")
            .description("When the current version became valid, in seconds since 1970")
            .baseUnit("seconds")
            .register(registry);
    this.notAfter =
        MultiGauge.builder("handfast.certificate.not.after.timestamp")
            .description("When the certificate's current version expires, in seconds since 1970")
            .baseUnit("seconds")
            .register(registry);
  }

  void update(Map<String, CurrentVersion> versions) {
    notBefore.register(rows(versions, X509Certificate::getNotBefore), true);
    notAfter.register(rows(versions, X509Certificate::getNotAfter), true);
  }

  private static List<Row<?>> rows(
      Map<String, CurrentVersion> versions, Function<X509Certificate, Date> time) {
    return versions.entrySet().stream()
        .<Row<?>>map(
            entry ->
                Row.of(
                    Tags.of("certificate", entry.getKey()),
                    time.apply(entry.getValue().credential().chain().getFirst()).getTime()
                        / MILLISECONDS))
        .toList();
  }
}
