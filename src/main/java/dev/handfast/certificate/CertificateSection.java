package dev.handfast.certificate;

import dev.handfast.configuration.DocumentBodies;
import dev.handfast.configuration.DocumentSection;
import dev.handfast.configuration.InvalidConfigurationException;
import dev.handfast.configuration.ResourceType;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.springframework.stereotype.Component;
import tools.jackson.databind.node.ObjectNode;

/**
 * Certificates in the configuration document. Those that follow a watched directory, and those that
 * no CA has signed yet, are left out.
 */
@Component
class CertificateSection implements DocumentSection {

  private final CertificateService service;
  private final CertificateRepository repository;
  private final DocumentBodies bodies;

  CertificateSection(
      CertificateService service, CertificateRepository repository, DocumentBodies bodies) {
    this.service = service;
    this.repository = repository;
    this.bodies = bodies;
  }

  @Override
  public ResourceType type() {
    return ResourceType.CERTIFICATE;
  }

  @Override
  public SortedMap<String, ObjectNode> read() {
    SortedMap<String, ObjectNode> all = new TreeMap<>();
    for (StoredCertificate certificate : repository.list("", Integer.MAX_VALUE)) {
      Integer current = certificate.currentVersion();
      if (current != null) {
        repository
            .findVersion(certificate.name(), current)
            .filter(version -> version.origin() != Origin.DIRECTORY)
            .ifPresent(
                version ->
                    all.put(certificate.name(), bodies.write(CertificateDocument.of(version))));
      }
    }
    return all;
  }

  @Override
  public boolean exists(String name) {
    return repository
        .find(name)
        .filter(certificate -> certificate.currentVersion() != null)
        .isPresent();
  }

  @Override
  public void create(String name, ObjectNode body) {
    service.create(bodies.read(body, CertificateDocument.class).resolve(name));
  }

  @Override
  public void replace(String name, ObjectNode body) {
    CertificateDocument wanted = bodies.read(body, CertificateDocument.class);
    StoredVersion current = current(name);
    if (!isSo(wanted, current)) {
      service.addVersion(name, OptionalLong.empty(), wanted.resolve(name));
    }
  }

  @Override
  public void delete(String name) {
    service.delete(name, OptionalLong.empty());
  }

  private StoredVersion current(String name) {
    Integer version = repository.get(name).currentVersion();
    if (version == null) {
      throw new InvalidConfigurationException("source", "its request awaits a signed chain");
    }
    return repository.findVersion(name, version).orElseThrow();
  }

  /** Renewing what was generated is Handfast's business; an uploaded chain is compared. */
  private static boolean isSo(CertificateDocument wanted, StoredVersion current) {
    if ("generate".equals(wanted.source())) {
      return current.generation() != null
          && current
              .generation()
              .equals(
                  GenerationSpec.of(
                      wanted.subject(),
                      wanted.subjectAltNames(),
                      wanted.keyType(),
                      wanted.validity(),
                      wanted.issuer()));
    }
    String chain = wanted.chain();
    return chain != null
        && Set.copyOf(PemInput.certificates("certificateChainPem", chain))
            .equals(Set.copyOf(current.chain()));
  }
}
