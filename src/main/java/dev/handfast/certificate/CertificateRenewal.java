package dev.handfast.certificate;

import dev.handfast.configuration.ConfigurationChanges;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/** Renews what the local CA issued, with a new key, before it expires; once over all replicas. */
@Component
class CertificateRenewal {

  private static final Logger LOG = LoggerFactory.getLogger(CertificateRenewal.class);

  private final CertificateSnapshot snapshot;
  private final CertificateRepository repository;
  private final CertificateService service;
  private final VersionSources sources;
  private final ConfigurationChanges changes;
  private final InstantSource clock;

  CertificateRenewal(
      CertificateSnapshot snapshot,
      CertificateRepository repository,
      CertificateService service,
      VersionSources sources,
      ConfigurationChanges changes,
      InstantSource clock) {
    this.snapshot = snapshot;
    this.repository = repository;
    this.service = service;
    this.sources = sources;
    this.changes = changes;
    this.clock = clock;
  }

  @Scheduled(fixedDelayString = "${handfast.certificates.renewal-check-interval:10s}")
  void renewDue() {
    Instant now = clock.instant();
    for (Map.Entry<String, CurrentVersion> entry : snapshot.versions().entrySet()) {
      Instant renewAt = entry.getValue().renewAt();
      if (renewAt != null && !now.isBefore(renewAt)) {
        try {
          renew(entry.getKey(), entry.getValue().credential().version());
        } catch (RuntimeException e) {
          LOG.error("certificate '{}' could not be renewed; it is tried again", entry.getKey(), e);
        }
      }
    }
  }

  private void renew(String name, int version) {
    GenerationSpec spec =
        repository.findVersion(name, version).map(StoredVersion::generation).orElse(null);
    if (spec == null) {
      return;
    }
    Supplier<NewVersion> successor = sources.generate(spec);
    boolean renewed =
        changes.apply(
            () -> {
              Integer current =
                  repository.find(name).map(StoredCertificate::currentVersion).orElse(null);
              if (current == null || current != version) {
                // Another replica was faster.
                return false;
              }
              service.addVersion("renew", name, OptionalLong.empty(), successor);
              return true;
            });
    if (renewed) {
      LOG.info("Renewed certificate '{}', valid for {} from now", name, spec.validity());
    }
  }
}
