package dev.handfast.journal;

import java.io.ByteArrayInputStream;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.json.JsonMapper;

/** Reads what handshakes share, by fingerprint. Blocks. */
final class SharedContentReader {

  private final JdbcClient jdbc;
  private final JsonMapper json;

  SharedContentReader(JdbcClient jdbc, JsonMapper json) {
    this.jdbc = jdbc;
    this.json = json;
  }

  Optional<ClientOffer> offer(String fingerprint) {
    return jdbc.sql("select offer from client_offer where fingerprint = ?")
        .param(fingerprint)
        .query((row, number) -> json.readValue(row.getString("offer"), ClientOffer.class))
        .optional();
  }

  Optional<List<X509Certificate>> chain(String fingerprint) {
    return jdbc.sql("select chain from client_chain where fingerprint = ?")
        .param(fingerprint)
        .query((row, number) -> parse(row.getBytes("chain")))
        .optional();
  }

  private static List<X509Certificate> parse(byte[] chain) {
    try {
      return CertificateFactory.getInstance("X.509")
          .generateCertificates(new ByteArrayInputStream(chain))
          .stream()
          .map(X509Certificate.class::cast)
          .toList();
    } catch (CertificateException e) {
      throw new IllegalStateException("a stored chain cannot be read", e);
    }
  }
}
