package dev.handfast.certificate;

import dev.handfast.configuration.ConfigurationChanged;
import dev.handfast.configuration.DataDirectory;
import dev.handfast.configuration.SnapshotOrder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.cert.X509Certificate;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.event.EventListener;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;

/** Keeps the local CA's root, which is public, in a file for clients to trust. */
@Component
class LocalCaFile {

  private static final Logger LOG = LoggerFactory.getLogger(LocalCaFile.class);

  private final Path file;
  private final LocalCa localCa;
  private @Nullable X509Certificate written;

  LocalCaFile(DataDirectory directory, LocalCa localCa) {
    this.file = directory.resolve("ca.pem");
    this.localCa = localCa;
  }

  /** Where it is. */
  Path path() {
    return file;
  }

  @EventListener
  @Order(SnapshotOrder.CERTIFICATES)
  synchronized void write(ConfigurationChanged change) {
    X509Certificate root = localCa.root().orElse(null);
    if (root == null || root.equals(written)) {
      return;
    }
    try {
      writeAtomically(X509.toPem(List.of(root)));
    } catch (IOException e) {
      LOG.warn("the local CA's certificate could not be written to {}: {}", file, e.toString());
    }
    written = root;
  }

  private void writeAtomically(String pem) throws IOException {
    if (Files.exists(file) && Files.readString(file).equals(pem)) {
      return;
    }
    Path temporary = file.resolveSibling("ca.pem.new");
    Files.writeString(temporary, pem);
    Files.move(
        temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }
}
