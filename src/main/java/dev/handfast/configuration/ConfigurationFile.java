package dev.handfast.configuration;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.BeanRegistrar;
import org.springframework.beans.factory.BeanRegistry;
import org.springframework.boot.ApplicationArguments;
import org.springframework.boot.ApplicationRunner;
import org.springframework.core.annotation.Order;
import org.springframework.core.env.Environment;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.core.context.SecurityContext;
import org.springframework.security.core.context.SecurityContextHolder;

/**
 * Applies {@code handfast.configuration-file} at start and whenever its content changes. Its
 * content is compared rather than its time, since Kubernetes replaces a mounted file by moving a
 * link. A broken document changes nothing and is logged once; it is tried again after other
 * changes, which may have brought what it refers to.
 */
@Order(StartOrder.CONFIGURATION_FILE)
class ConfigurationFile implements ApplicationRunner {

  private static final Logger LOG = LoggerFactory.getLogger(ConfigurationFile.class);

  private final Path file;
  private final ConfigurationDocuments documents;
  private final ConfigurationChanges changes;
  private @Nullable String seen;
  private @Nullable String refusal;
  private long refusedAt;
  private boolean started;
  private volatile boolean lastApplySucceeded;

  ConfigurationFile(
      HandfastProperties properties,
      ConfigurationDocuments documents,
      ConfigurationChanges changes,
      MeterRegistry meters) {
    if (properties.configurationFile() == null) {
      throw new IllegalArgumentException("handfast.configuration-file is empty");
    }
    this.file = properties.configurationFile().toAbsolutePath();
    this.documents = documents;
    this.changes = changes;
    Gauge.builder(
            "handfast.configuration.file.last.apply.success",
            this,
            applied -> applied.lastApplySucceeded ? 1 : 0)
        .description("1 if the configuration file as it is now is in force, else 0")
        .register(meters);
  }

  @Override
  public void run(ApplicationArguments arguments) {
    started();
    follow();
  }

  /**
   * Applies the file if its content is new, could not be applied for want of a database, or was
   * refused before the configuration changed.
   */
  @Scheduled(fixedDelayString = "${handfast.configuration.poll-interval:1s}")
  synchronized void follow() {
    if (!started) {
      return;
    }
    String content;
    try {
      content = Files.readString(file);
    } catch (IOException e) {
      if (lastApplySucceeded || seen == null) {
        seen = "";
        lastApplySucceeded = false;
        LOG.error("The configuration file {} cannot be read: {}", file, e.toString());
      }
      return;
    }
    boolean isNew = !content.equals(seen);
    if (isNew) {
      refusal = null;
    }
    if (isNew || refusal != null && refusedAt != changes.publishedRevision()) {
      apply(content);
    }
  }

  private synchronized void started() {
    started = true;
  }

  private void apply(String content) {
    lastApplySucceeded = false;
    long revision = changes.publishedRevision();
    String owner = "file " + file;
    SecurityContext context = SecurityContextHolder.createEmptyContext();
    context.setAuthentication(
        UsernamePasswordAuthenticationToken.authenticated(owner, null, List.of()));
    SecurityContextHolder.setContext(context);
    try {
      ConfigurationDocuments.Applied applied = documents.own(content, owner);
      seen = content;
      refusal = null;
      lastApplySucceeded = true;
      LOG.info("The configuration file {} is in force: {} changes", file, applied.changes().size());
    } catch (InvalidConfigurationException e) {
      refused(content, revision, e.violations().toString());
    } catch (ConfigurationException e) {
      refused(content, revision, String.valueOf(e.getMessage()));
    } catch (RuntimeException e) {
      LOG.error("The configuration file {} is not in force yet; retrying", file, e);
    } finally {
      SecurityContextHolder.clearContext();
    }
  }

  private void refused(String content, long revision, String why) {
    seen = content;
    refusedAt = revision;
    if (!why.equals(refusal)) {
      LOG.error("The configuration file {} is refused: {}", file, why);
    }
    refusal = why;
  }

  /** There is one if a file is named; asked at every start, as a condition would not be. */
  static final class IfNamed implements BeanRegistrar {

    @Override
    public void register(BeanRegistry registry, Environment environment) {
      if (environment.containsProperty("handfast.configuration-file")) {
        registry.registerBean(ConfigurationFile.class);
      }
    }
  }
}
