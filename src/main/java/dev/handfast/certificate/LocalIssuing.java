package dev.handfast.certificate;

import java.nio.file.Path;
import java.util.List;
import org.springframework.stereotype.Component;

@Component
class LocalIssuing implements CertificateIssuing {

  private final CertificateRepository repository;
  private final CertificateService service;
  private final VersionSources sources;
  private final LocalCaFile file;

  LocalIssuing(
      CertificateRepository repository,
      CertificateService service,
      VersionSources sources,
      LocalCaFile file) {
    this.repository = repository;
    this.service = service;
    this.sources = sources;
    this.file = file;
  }

  @Override
  public boolean isEmpty() {
    return repository.isEmpty();
  }

  @Override
  public void issueLocally(String name, List<String> subjectAltNames) {
    GenerationSpec spec = GenerationSpec.of(null, subjectAltNames, null, null, null);
    service.create(name, sources.generate(spec));
  }

  @Override
  public Path localCaFile() {
    return file.path();
  }
}
