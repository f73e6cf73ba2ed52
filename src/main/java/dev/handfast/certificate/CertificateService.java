package dev.handfast.certificate;

import dev.handfast.configuration.AlreadyExistsException;
import dev.handfast.configuration.AuditableAction;
import dev.handfast.configuration.ConfigurationChanges;
import dev.handfast.configuration.ConflictException;
import dev.handfast.configuration.InvalidConfigurationException;
import dev.handfast.configuration.ManagedException;
import dev.handfast.configuration.ManagedObjects;
import dev.handfast.configuration.NotFoundException;
import dev.handfast.configuration.References;
import dev.handfast.configuration.ResourceName;
import dev.handfast.configuration.ResourceType;
import dev.handfast.configuration.Violations;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/**
 * What can be done with certificates. Every change is one transaction, audited, and in force when
 * the method returns. What a configuration document owns is refused with {@link ManagedException}
 * to everybody else who changes it by hand; the methods that say <i>within a change</i> leave that
 * to their callers, for renewal goes on whoever owns it. Blocks (database, key generation).
 */
@Component
class CertificateService {

  private final CertificateRepository repository;
  private final VersionSources sources;
  private final ConfigurationChanges changes;
  private final ManagedObjects managed;
  private final References references;
  private final ObjectProvider<ServedCertificates> served;
  private final ApplicationEventPublisher events;
  private final JsonMapper json;
  private final InstantSource clock;

  CertificateService(
      CertificateRepository repository,
      VersionSources sources,
      ConfigurationChanges changes,
      ManagedObjects managed,
      References references,
      ObjectProvider<ServedCertificates> served,
      ApplicationEventPublisher events,
      JsonMapper json,
      InstantSource clock) {
    this.repository = repository;
    this.sources = sources;
    this.changes = changes;
    this.managed = managed;
    this.references = references;
    this.served = served;
    this.events = events;
    this.json = json;
    this.clock = clock;
  }

  CertificateView get(String name) {
    return view(repository.get(name));
  }

  List<CertificateView> list(String after, int limit) {
    return repository.list(after, limit).stream().map(this::view).toList();
  }

  List<VersionView> versions(String name, int before, int limit) {
    Integer current = repository.get(name).currentVersion();
    return repository.listVersions(name, before, limit).stream()
        .map(version -> VersionView.of(version, current != null && current == version.version()))
        .toList();
  }

  /** A new certificate with its first version. */
  CertificateView create(CertificateBody body) {
    String name = requireName(body.name());
    // Outside the transaction: an RSA key may take seconds, and changes wait for each other.
    Supplier<NewVersion> version = sources.prepare(body);
    return changes.apply(() -> create(name, version));
  }

  /** Within a change. */
  CertificateView create(String name, Supplier<NewVersion> version) {
    if (repository.find(name).isPresent()) {
      throw new AlreadyExistsException(ResourceType.CERTIFICATE, name);
    }
    repository.create(name);
    repository.addVersion(name, version.get());
    return audited("create", name, null);
  }

  /** A new version, used by new handshakes from now on. */
  CertificateView addVersion(String name, OptionalLong ifMatch, CertificateBody body) {
    if (body.name() != null && !body.name().equals(name)) {
      throw new InvalidConfigurationException(
          "name", "%s (expected: %s, or no name)".formatted(body.name(), name));
    }
    // Here, too, so that no key is made for nothing.
    repository.get(name);
    requireEditable(name);
    Supplier<NewVersion> version = sources.prepare(body);
    return changes.apply(
        () -> {
          requireEditable(name);
          return addVersion("update", name, ifMatch, version);
        });
  }

  /** Within a change. */
  CertificateView addVersion(
      String action, String name, OptionalLong ifMatch, Supplier<NewVersion> version) {
    CertificateView before = get(name);
    repository.touch(name, ifMatch);
    repository.addVersion(name, version.get());
    return audited(action, name, before);
  }

  /**
   * Goes back to an earlier version.
   *
   * @param wanted a version, or null for the one before the current one
   */
  CertificateView rollback(String name, OptionalLong ifMatch, @Nullable Integer wanted) {
    return changes.apply(
        () -> {
          requireEditable(name);
          CertificateView before = get(name);
          StoredCertificate found = repository.touch(name, ifMatch);
          repository.setCurrentVersion(name, earlier(found, wanted).version());
          return audited("rollback", name, before);
        });
  }

  private StoredVersion earlier(StoredCertificate found, @Nullable Integer wanted) {
    int current = found.currentVersion() == null ? 0 : found.currentVersion();
    StoredVersion earlier;
    if (wanted == null) {
      earlier =
          repository.listVersions(found.name(), current, 1).stream()
              .findFirst()
              .orElseThrow(
                  () ->
                      new ConflictException(
                          "certificate '%s' has no version before %d"
                              .formatted(found.name(), current)));
    } else {
      earlier =
          repository
              .findVersion(found.name(), wanted)
              .orElseThrow(
                  () ->
                      new InvalidConfigurationException(
                          "version", "%d (expected: one of the history)".formatted(wanted)));
    }
    if (clock.instant().isAfter(earlier.certificate().getNotAfter().toInstant())) {
      throw new ConflictException(
          "version %d of certificate '%s' expired at %s"
              .formatted(
                  earlier.version(),
                  found.name(),
                  earlier.certificate().getNotAfter().toInstant()));
    }
    return earlier;
  }

  void delete(String name, OptionalLong ifMatch) {
    changes.apply(
        () -> {
          requireEditable(name);
          CertificateView before = get(name);
          references.requireUnused(ResourceType.CERTIFICATE, name);
          repository.delete(name, ifMatch);
          managed.release(ResourceType.CERTIFICATE, name);
          events.publishEvent(
              new AuditableAction(
                  "delete",
                  ResourceType.CERTIFICATE.path(),
                  name,
                  json.writeValueAsString(before.summary()),
                  null));
          return true;
        });
  }

  /** Destroys a version that is not the current one, with its private key. */
  void deleteVersion(String name, int version) {
    changes.apply(
        () -> {
          requireEditable(name);
          CertificateView before = get(name);
          if (repository.findVersion(name, version).isEmpty()) {
            throw new NotFoundException(
                "version of certificate '" + name + "'", String.valueOf(version));
          }
          if (before.version() != null && before.version() == version) {
            throw new ConflictException(
                "version %d is the current one of certificate '%s'".formatted(version, name));
          }
          repository.touch(name, OptionalLong.empty());
          repository.deleteVersion(name, version);
          return audited("delete-version-" + version, name, before);
        });
  }

  /**
   * A request for a CA, with a new key. A name that is new makes a certificate without a version.
   *
   * @param body what differs from the current version
   */
  CertificateView request(String name, OptionalLong ifMatch, CsrBody body) {
    requireName(name);
    requireEditable(name);
    GenerationSpec spec = body.spec(repository.find(name).flatMap(this::currentVersion));
    KeyPair keys = spec.keyType().generate();
    String csr =
        CertificateBuilder.request(spec, keys.getPublic(), keys.getPrivate(), spec.keyType());
    return changes.apply(
        () -> {
          CertificateView before = null;
          if (repository.find(name).isPresent()) {
            requireEditable(name);
            before = get(name);
            repository.touch(name, ifMatch);
          } else {
            repository.create(name);
          }
          repository.setPending(name, csr, keys.getPrivate());
          return audited("request", name, before);
        });
  }

  /** The chain that a CA signed for the request: a new version. */
  CertificateView signed(String name, OptionalLong ifMatch, @Nullable String chainPem) {
    if (chainPem == null) {
      throw new InvalidConfigurationException(
          "certificateChainPem", "missing (expected: the chain that the CA signed)");
    }
    List<X509Certificate> certificates = PemInput.certificates("certificateChainPem", chainPem);
    return changes.apply(
        () -> {
          requireEditable(name);
          CertificateView before = get(name);
          NewVersion version =
              sources.signed(
                  certificates,
                  repository
                      .pendingKey(name)
                      .orElseThrow(
                          () ->
                              new ConflictException(
                                  "no request is pending for certificate '%s'; POST …/csr makes one"
                                      .formatted(name))));
          repository.touch(name, ifMatch);
          repository.addVersion(name, version);
          repository.clearPending(name);
          return audited("update", name, before);
        });
  }

  private void requireEditable(String name) {
    managed.requireEditable(ResourceType.CERTIFICATE, name);
  }

  private static String requireName(@Nullable String name) {
    Violations violations = new Violations();
    ResourceName.check(violations, name);
    violations.throwIfAny();
    return String.valueOf(name);
  }

  private CertificateView audited(String action, String name, @Nullable CertificateView before) {
    CertificateView after = get(name);
    events.publishEvent(
        new AuditableAction(
            action,
            ResourceType.CERTIFICATE.path(),
            name,
            before == null ? null : json.writeValueAsString(before.summary()),
            json.writeValueAsString(after.summary())));
    return after;
  }

  private CertificateView view(StoredCertificate certificate) {
    return CertificateView.of(
        certificate,
        currentVersion(certificate).orElse(null),
        references.usersOf(ResourceType.CERTIFICATE, certificate.name()),
        served.stream().flatMap(seen -> seen.of(certificate.name()).stream()).toList());
  }

  private Optional<StoredVersion> currentVersion(StoredCertificate certificate) {
    Integer version = certificate.currentVersion();
    return version == null ? Optional.empty() : repository.findVersion(certificate.name(), version);
  }
}
