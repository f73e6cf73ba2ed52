package dev.handfast.certificate;

import org.springframework.test.context.TestPropertySource;

@TestPropertySource(
    properties = {
      "spring.datasource.url=jdbc:h2:mem:certificates;DB_CLOSE_DELAY=-1",
      "handfast.data-dir=target/test-data/certificates-h2"
    })
class CertificateServiceOnH2Test extends CertificateServiceTest {}
