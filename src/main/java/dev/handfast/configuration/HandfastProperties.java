package dev.handfast.configuration;

import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What the whole gateway needs to be told. Features have records of their own under {@code
 * handfast.<feature>}.
 *
 * @param dataDir holds the H2 file and generated keys; created with mode 0700 if it is missing
 * @param configurationFile a configuration document, applied at start and whenever it changes
 */
@ConfigurationProperties("handfast")
public record HandfastProperties(
    @DefaultValue("./data") Path dataDir,
    @Nullable Path configurationFile,
    @DefaultValue Configuration configuration) {

  /**
   * How configuration is kept in step.
   *
   * @param pollInterval the longest time after which a change of another replica, or of the
   *     configuration file, is seen here
   * @param managedEdits whether others may change what a configuration document owns
   */
  public record Configuration(
      @DefaultValue("1s") Duration pollInterval,
      @DefaultValue("refuse") ManagedEdits managedEdits) {}

  /** What happens to a change of an object that a configuration document owns. */
  public enum ManagedEdits {
    REFUSE,
    /** It is made, and lasts until the document changes. */
    ALLOW
  }
}
