package dev.handfast.secret;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * Where the master key is from; neither is set: generated in the data directory.
 *
 * @param masterKey base64 of 32 bytes; several, separated by commas: the first seals, all open
 * @param masterKeyFile a file with the same content
 */
@ConfigurationProperties("handfast")
record MasterKeyProperties(@Nullable String masterKey, @Nullable Path masterKeyFile) {

  /** Shows no key. */
  @Override
  public String toString() {
    return "MasterKeyProperties[masterKeyFile=" + masterKeyFile + "]";
  }
}
