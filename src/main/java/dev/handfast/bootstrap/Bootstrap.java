package dev.handfast.bootstrap;

import dev.handfast.certificate.CertificateIssuing;
import dev.handfast.configuration.ConfigurationChanges;
import dev.handfast.configuration.ConfigurationObjects;
import dev.handfast.configuration.ResourceType;
import dev.handfast.configuration.StartOrder;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.ApplicationArguments;
import org.springframework.boot.ApplicationRunner;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.core.annotation.Order;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Fills an empty database once, in one transaction. Never again: what an administrator deletes
 * stays deleted.
 */
@Component
@Order(StartOrder.BOOTSTRAP)
@EnableConfigurationProperties(BootstrapProperties.class)
class Bootstrap implements ApplicationRunner {

  private static final Logger LOG = LoggerFactory.getLogger(Bootstrap.class);
  private static final String NAME = "default";

  private final BootstrapProperties properties;
  private final JdbcClient jdbc;
  private final ConfigurationChanges changes;
  private final ConfigurationObjects objects;
  private final CertificateIssuing certificates;
  private final InstantSource clock;

  Bootstrap(
      BootstrapProperties properties,
      JdbcClient jdbc,
      ConfigurationChanges changes,
      ConfigurationObjects objects,
      CertificateIssuing certificates,
      InstantSource clock) {
    this.properties = properties;
    this.jdbc = jdbc;
    this.changes = changes;
    this.objects = objects;
    this.certificates = certificates;
    this.clock = clock;
  }

  @Override
  public void run(ApplicationArguments arguments) {
    if (isDone()) {
      return;
    }
    if (changes.apply(this::fill)) {
      LOG.info(
          "First start: clients trust this installation with the local CA in {}",
          certificates.localCaFile());
    }
  }

  private boolean fill() {
    if (isDone()) {
      // Another replica was faster.
      return false;
    }
    jdbc.sql("insert into bootstrap (completed_at) values (?)")
        .param(clock.instant().atOffset(ZoneOffset.UTC))
        .update();
    if (!certificates.isEmpty() || !objects.findAll(ResourceType.LISTENER, Map.class).isEmpty()) {
      return false;
    }
    certificates.issueLocally(NAME, HostNames.local());
    if (properties.port() != 0) {
      objects.create(ResourceType.LISTENER, NAME, listener());
    }
    return true;
  }

  private Map<String, Object> listener() {
    Map<String, Object> listener = new LinkedHashMap<>();
    listener.put("name", NAME);
    listener.put("address", "0.0.0.0");
    listener.put("port", properties.port());
    listener.put("mode", "tcp");
    listener.put("upstream", "inspect:");
    listener.put("certificates", List.of(NAME));
    listener.put("tlsProfile", "intermediate");
    listener.put("enabled", true);
    return listener;
  }

  private boolean isDone() {
    return jdbc.sql("select count(*) from bootstrap").query(Long.class).single() > 0;
  }
}
