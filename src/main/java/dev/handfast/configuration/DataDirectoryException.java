package dev.handfast.configuration;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The data directory cannot be used; start-up ends. */
final class DataDirectoryException extends RuntimeException {

  DataDirectoryException(Path path, String reason, @Nullable Throwable cause) {
    super("The data directory " + path + " cannot be used: " + reason, cause);
  }
}
