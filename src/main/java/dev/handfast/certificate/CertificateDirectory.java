package dev.handfast.certificate;

import dev.handfast.configuration.ConfigurationChanges;
import dev.handfast.configuration.ConfigurationException;
import dev.handfast.configuration.ResourceName;
import dev.handfast.configuration.StartOrder;
import dev.handfast.configuration.Violations;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.X509Certificate;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.ApplicationArguments;
import org.springframework.boot.ApplicationRunner;
import org.springframework.core.annotation.Order;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/**
 * Follows a directory of TLS secrets as cert-manager and Kubernetes mount them: {@code
 * <name>/tls.crt} and {@code <name>/tls.key}. A changed pair becomes a new version of the
 * certificate with that name; a broken one is said once, and changes nothing. A directory that
 * disappears leaves its certificate as it is.
 *
 * <p>Read by polling, because a mounted secret is replaced by exchanging a symbolic link, which
 * file notifications miss.
 */
@Component
@Order(StartOrder.CERTIFICATE_DIRECTORY)
class CertificateDirectory implements ApplicationRunner {

  private static final Logger LOG = LoggerFactory.getLogger(CertificateDirectory.class);
  private static final int MAX_CERTIFICATES = 1000;

  private final CertificateProperties properties;
  private final CertificateRepository repository;
  private final CertificateService service;
  private final VersionSources sources;
  private final ConfigurationChanges changes;
  private final Map<String, String> seen = new HashMap<>();
  private @Nullable String lastProblem;

  CertificateDirectory(
      CertificateProperties properties,
      CertificateRepository repository,
      CertificateService service,
      VersionSources sources,
      ConfigurationChanges changes) {
    this.properties = properties;
    this.repository = repository;
    this.service = service;
    this.sources = sources;
    this.changes = changes;
  }

  /** Reads it once before anything refers to its certificates. */
  @Override
  public void run(ApplicationArguments arguments) {
    follow();
  }

  @Scheduled(
      initialDelayString = "${handfast.certificates.directory-poll-interval:2s}",
      fixedDelayString = "${handfast.certificates.directory-poll-interval:2s}")
  synchronized void follow() {
    Path directory = properties.directory();
    if (directory == null) {
      return;
    }
    Set<String> found = new HashSet<>();
    try (DirectoryStream<Path> children = Files.newDirectoryStream(directory)) {
      for (Path child : children) {
        String name = child.getFileName().toString();
        // Kubernetes keeps its own links in directories that begin with two dots.
        if (Files.isDirectory(child) && !name.startsWith(".") && found.size() < MAX_CERTIFICATES) {
          found.add(name);
          follow(name, child);
        }
      }
      lastProblem = null;
    } catch (IOException | RuntimeException e) {
      sayOnce("the certificate directory %s cannot be read: %s".formatted(directory, e));
    }
    seen.keySet().retainAll(found);
  }

  private void follow(String name, Path child) throws IOException {
    Path chain = child.resolve("tls.crt");
    Path key = child.resolve("tls.key");
    if (!Files.isRegularFile(chain) || !Files.isRegularFile(key)) {
      return;
    }
    if (Files.size(chain) > PemInput.MAX_CHARACTERS || Files.size(key) > PemInput.MAX_CHARACTERS) {
      sayOnce(child + " holds files that are too large for a certificate and a key");
      return;
    }
    Pair pair =
        new Pair(
            Files.readString(chain, StandardCharsets.ISO_8859_1),
            Files.readString(key, StandardCharsets.ISO_8859_1));
    String hash = pair.hash();
    if (hash.equals(seen.get(name))) {
      return;
    }
    try {
      take(name, pair);
      seen.put(name, hash);
    } catch (ConfigurationException e) {
      seen.put(name, hash);
      LOG.warn("{}: {}; certificate '{}' stays as it is", child, e.getMessage(), name);
    }
  }

  private void take(String name, Pair pair) {
    Violations violations = new Violations();
    ResourceName.check(violations, name);
    violations.throwIfAny();
    NewVersion version = sources.fromDirectory(pair.chain(), pair.key());
    List<X509Certificate> chain = version.material().chain();
    // Any version: what was rolled back is not taken again, nor what a replica still sees whose
    // mount is exchanged later than the others'.
    if (repository.hasVersion(name, chain)) {
      return;
    }
    changes.apply(
        () -> {
          if (repository.hasVersion(name, chain)) {
            // Another replica was faster.
            return false;
          }
          if (repository.find(name).isPresent()) {
            service.addVersion("update", name, OptionalLong.empty(), () -> version);
          } else {
            service.create(name, () -> version);
          }
          return true;
        });
    LOG.info("Took certificate '{}' from {}", name, properties.directory());
  }

  private void sayOnce(String problem) {
    if (!problem.equals(lastProblem)) {
      LOG.warn(problem);
      lastProblem = problem;
    }
  }

  private record Pair(String chain, String key) {

    /** Tells contents apart without keeping a key in memory. */
    String hash() {
      try {
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        digest.update(chain.getBytes(StandardCharsets.ISO_8859_1));
        digest.update((byte) 0);
        return HexFormat.of().formatHex(digest.digest(key.getBytes(StandardCharsets.ISO_8859_1)));
      } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException(e);
      }
    }

    /** Shows no key. */
    @Override
    public String toString() {
      return "Pair";
    }
  }
}
