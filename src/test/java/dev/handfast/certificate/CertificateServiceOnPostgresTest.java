package dev.handfast.certificate;

import dev.handfast.testing.Postgres;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.test.context.TestPropertySource;

@TestPropertySource(properties = "handfast.data-dir=target/test-data/certificates-postgres")
@DirtiesContext
class CertificateServiceOnPostgresTest extends CertificateServiceTest {

  @DynamicPropertySource
  static void database(DynamicPropertyRegistry properties) {
    String url = Postgres.newDatabase();
    properties.add("spring.datasource.url", () -> url);
  }
}
