package dev.handfast.secret;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Where the master key is from.
 *
 * @param dataDir where a key is generated if neither of the others is set
 * @param masterKey base64 of 32 bytes; several, separated by commas: the first seals, all open
 * @param masterKeyFile a file with the same content
 */
@ConfigurationProperties("handfast")
record MasterKeyProperties(
    @DefaultValue("./data") Path dataDir,
    @Nullable String masterKey,
    @Nullable Path masterKeyFile) {

  /** Shows no key. */
  @Override
  public String toString() {
    return "MasterKeyProperties[dataDir=" + dataDir + ", masterKeyFile=" + masterKeyFile + "]";
  }
}
