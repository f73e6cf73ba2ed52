package dev.handfast.certificate;

import dev.handfast.configuration.InvalidConfigurationException;
import dev.handfast.secret.SealedData;
import dev.handfast.secret.SecretId;
import dev.handfast.secret.Secrets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import javax.security.auth.x500.X500Principal;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * This installation's own CA: a root that clients are told to trust, and an intermediate that
 * issues. Made when first needed. Blocks (database); issuing is done within a change.
 */
@Component
class LocalCa implements SealedData {

  private static final String ROOT = "root";
  private static final String ISSUING = "issuing";
  private static final KeyType KEY_TYPE = KeyType.EC_P256;
  private static final Duration ROOT_LIFETIME = Duration.ofDays(25 * 365L);
  private static final Duration ISSUING_LIFETIME = Duration.ofDays(15 * 365L);
  private static final Duration ISSUING_RENEWED_BEFORE = Duration.ofDays(11 * 365L);
  private static final Duration CLOCK_SKEW = Duration.ofMinutes(5);

  private final JdbcClient jdbc;
  private final Secrets secrets;
  private final InstantSource clock;

  LocalCa(JdbcClient jdbc, Secrets secrets, InstantSource clock) {
    this.jdbc = jdbc;
    this.secrets = secrets;
    this.clock = clock;
  }

  /** The root's certificate, or empty if nothing was issued yet. */
  Optional<X509Certificate> root() {
    return certificate(ROOT);
  }

  /** The issuing intermediate's certificate, or empty if nothing was issued yet. */
  Optional<X509Certificate> issuing() {
    return certificate(ISSUING);
  }

  /** Makes root and intermediate unless they are there. Within a change. */
  void ensureExists() {
    issuer();
  }

  /**
   * Issues a certificate for a key. Within a change.
   *
   * @return the certificate, then the intermediate
   * @throws InvalidConfigurationException if it would outlive the CA
   */
  List<X509Certificate> issue(GenerationSpec spec, KeyPair keys) {
    Authority issuer = issuer();
    Instant now = clock.instant();
    Instant notAfter = now.plus(spec.validity());
    Instant end = issuer.certificate().getNotAfter().toInstant();
    if (notAfter.isAfter(end)) {
      throw new InvalidConfigurationException(
          "validity",
          "%s, until %s (expected: at most until %s, when the local CA expires)"
              .formatted(spec.validity(), notAfter, end));
    }
    X509Certificate certificate =
        CertificateBuilder.endEntity(
            spec, keys.getPublic(), issuer.signer(), now.minus(CLOCK_SKEW), notAfter);
    return List.of(certificate, issuer.certificate());
  }

  /** Signs a certificate with its own key. */
  List<X509Certificate> selfSign(GenerationSpec spec, KeyPair keys) {
    Instant now = clock.instant();
    CertificateBuilder.Signer self =
        new CertificateBuilder.Signer(
            new X500Principal(spec.subject()),
            keys.getPrivate(),
            keys.getPublic(),
            spec.keyType().signatureAlgorithm());
    return List.of(
        CertificateBuilder.endEntity(
            spec, keys.getPublic(), self, now.minus(CLOCK_SKEW), now.plus(spec.validity())));
  }

  @Override
  public int sealAgain() {
    int count = 0;
    for (String level : List.of(ROOT, ISSUING)) {
      Optional<byte[]> sealed = sealedKey(level);
      if (sealed.isPresent() && !secrets.isCurrent(sealed.get())) {
        byte[] key = secrets.open(sealed.get(), idOf(level));
        jdbc.sql("update local_ca set private_key = ? where level = ?")
            .params(secrets.seal(key, idOf(level)), level)
            .update();
        count++;
      }
    }
    return count;
  }

  private Authority issuer() {
    Authority root = find(ROOT).orElseGet(this::createRoot);
    return find(ISSUING)
        .filter(
            issuing ->
                clock
                    .instant()
                    .plus(ISSUING_RENEWED_BEFORE)
                    .isBefore(issuing.certificate().getNotAfter().toInstant()))
        .orElseGet(() -> createIssuing(root));
  }

  private Authority createRoot() {
    KeyPair keys = KEY_TYPE.generate();
    X500Principal name = name("root");
    Instant now = clock.instant();
    CertificateBuilder.Signer self = signer(name, keys);
    X509Certificate certificate =
        CertificateBuilder.authority(
            name, keys.getPublic(), self, 1, now.minus(CLOCK_SKEW), now.plus(ROOT_LIFETIME));
    return store(ROOT, certificate, keys.getPrivate());
  }

  private Authority createIssuing(Authority root) {
    KeyPair keys = KEY_TYPE.generate();
    Instant now = clock.instant();
    Instant rootEnd = root.certificate().getNotAfter().toInstant();
    Instant wanted = now.plus(ISSUING_LIFETIME);
    X509Certificate certificate =
        CertificateBuilder.authority(
            name("issuing"),
            keys.getPublic(),
            root.signer(),
            0,
            now.minus(CLOCK_SKEW),
            wanted.isBefore(rootEnd) ? wanted : rootEnd);
    return store(ISSUING, certificate, keys.getPrivate());
  }

  /** Tells the CAs of different installations apart in a trust store. */
  private static X500Principal name(String level) {
    byte[] random = new byte[4];
    RandomGenerator.getDefault().nextBytes(random);
    return new X500Principal(
        "CN=Handfast local %s CA %s".formatted(level, HexFormat.of().formatHex(random)));
  }

  private static CertificateBuilder.Signer signer(X500Principal name, KeyPair keys) {
    return new CertificateBuilder.Signer(
        name, keys.getPrivate(), keys.getPublic(), KEY_TYPE.signatureAlgorithm());
  }

  private Authority store(String level, X509Certificate certificate, PrivateKey key) {
    jdbc.sql("delete from local_ca where level = ?").param(level).update();
    jdbc.sql(
            """
            insert into local_ca (level, certificate_pem, private_key, created_at)
            values (?, ?, ?, ?)
            """)
        .params(
            level,
            X509.toPem(List.of(certificate)),
            secrets.seal(key.getEncoded(), idOf(level)),
            clock.instant().atOffset(ZoneOffset.UTC))
        .update();
    return new Authority(certificate, key);
  }

  private Optional<Authority> find(String level) {
    return certificate(level)
        .map(
            certificate ->
                new Authority(
                    certificate,
                    privateKey(secrets.open(sealedKey(level).orElseThrow(), idOf(level)))));
  }

  private Optional<X509Certificate> certificate(String level) {
    return jdbc.sql("select certificate_pem from local_ca where level = ?")
        .param(level)
        .query(String.class)
        .optional()
        .map(pem -> X509.fromPem(pem).getFirst());
  }

  private Optional<byte[]> sealedKey(String level) {
    return jdbc.sql("select private_key from local_ca where level = ?")
        .param(level)
        .query((row, number) -> row.getBytes(1))
        .optional();
  }

  private static SecretId idOf(String level) {
    return new SecretId("local-ca-key", level, 0);
  }

  private static PrivateKey privateKey(byte[] encoded) {
    try {
      return KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(encoded));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private record Authority(X509Certificate certificate, PrivateKey key) {

    CertificateBuilder.Signer signer() {
      return new CertificateBuilder.Signer(
          certificate.getSubjectX500Principal(),
          key,
          certificate.getPublicKey(),
          KEY_TYPE.signatureAlgorithm());
    }

    /** Shows no key. */
    @Override
    public String toString() {
      return "Authority[" + certificate.getSubjectX500Principal() + "]";
    }
  }
}
