package dev.handfast.certificate;

import dev.handfast.configuration.NotFoundException;
import dev.handfast.configuration.ResourceType;
import dev.handfast.configuration.RevisionMismatchException;
import dev.handfast.secret.SealedData;
import dev.handfast.secret.SecretId;
import dev.handfast.secret.Secrets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/** Certificates, their versions, and their sealed private keys. Blocks; writes within a change. */
@Component
class CertificateRepository implements SealedData {

  private static final String SELECT_VERSION =
      """
      select v.name, v.version, v.origin, v.chain_pem, v.generation, v.created_at, o.next_update
      from certificate_version v
      left join certificate_ocsp_response o on o.name = v.name and o.version = v.version
      """;

  private final JdbcClient jdbc;
  private final JsonMapper json;
  private final Secrets secrets;
  private final InstantSource clock;

  CertificateRepository(JdbcClient jdbc, JsonMapper json, Secrets secrets, InstantSource clock) {
    this.jdbc = jdbc;
    this.json = json;
    this.secrets = secrets;
    this.clock = clock;
  }

  boolean isEmpty() {
    return jdbc.sql("select count(*) from certificate").query(Long.class).single() == 0;
  }

  Optional<StoredCertificate> find(String name) {
    return jdbc.sql(
            "select name, revision, current_version, pending_csr from certificate where name = ?")
        .param(name)
        .query(CertificateRepository::certificate)
        .optional();
  }

  StoredCertificate get(String name) {
    return find(name).orElseThrow(() -> new NotFoundException(ResourceType.CERTIFICATE, name));
  }

  /** Certificates by name, those after a name. */
  List<StoredCertificate> list(String after, int limit) {
    return jdbc.sql(
            """
            select name, revision, current_version, pending_csr from certificate
            where name > ? order by name limit ?
            """)
        .params(after, limit)
        .query(CertificateRepository::certificate)
        .list();
  }

  Optional<StoredVersion> findVersion(String name, int version) {
    return jdbc.sql(SELECT_VERSION + " where v.name = ? and v.version = ?")
        .params(name, version)
        .query(this::version)
        .optional();
  }

  /** Versions, newest first, those older than a version. */
  List<StoredVersion> listVersions(String name, int before, int limit) {
    return jdbc.sql(
            SELECT_VERSION + " where v.name = ? and v.version < ? order by v.version desc limit ?")
        .params(name, before, limit)
        .query(this::version)
        .list();
  }

  /** Whether any version has this chain; its first certificate stands for the private key. */
  boolean hasVersion(String name, List<X509Certificate> chain) {
    return jdbc
        .sql(SELECT_VERSION + " where v.name = ? and v.fingerprint = ?")
        .params(name, X509.fingerprint(chain.getFirst()))
        .query(this::version)
        .list()
        .stream()
        .anyMatch(version -> version.chain().equals(chain));
  }

  /** A certificate without a version, at revision 1. */
  void create(String name) {
    jdbc.sql("insert into certificate (name, revision, updated_at) values (?, 1, ?)")
        .params(name, now())
        .update();
  }

  /** Adds a version, and makes it the current one. */
  int addVersion(String name, NewVersion added) {
    int version =
        jdbc.sql("select coalesce(max(version), 0) + 1 from certificate_version where name = ?")
            .param(name)
            .query(Integer.class)
            .single();
    KeyMaterial material = added.material();
    X509Certificate certificate = material.certificate();
    jdbc.sql(
            """
            insert into certificate_version (name, version, origin, chain_pem, private_key,
                generation, fingerprint, not_after, created_at)
            values (:name, :version, :origin, :chain, :key, :generation, :fingerprint, :notAfter,
                :createdAt)
            """)
        .param("name", name)
        .param("version", version)
        .param("origin", added.origin().text())
        .param("chain", X509.toPem(material.chain()))
        .param("key", secrets.seal(material.privateKey().getEncoded(), keyId(name, version)))
        .param(
            "generation",
            added.generation() == null ? null : json.writeValueAsString(added.generation()))
        .param("fingerprint", X509.fingerprint(certificate))
        .param("notAfter", utc(certificate.getNotAfter().toInstant()))
        .param("createdAt", now())
        .update();
    setCurrentVersion(name, version);
    return version;
  }

  void setCurrentVersion(String name, int version) {
    jdbc.sql("update certificate set current_version = ? where name = ?")
        .params(version, name)
        .update();
  }

  /**
   * Counts a change.
   *
   * @throws NotFoundException if there is no such certificate
   * @throws RevisionMismatchException if it is at another revision than the caller saw
   */
  StoredCertificate touch(String name, OptionalLong ifMatch) {
    StoredCertificate found = get(name);
    requireRevision(found, ifMatch);
    jdbc.sql("update certificate set revision = revision + 1, updated_at = ? where name = ?")
        .params(now(), name)
        .update();
    return found;
  }

  void delete(String name, OptionalLong ifMatch) {
    requireRevision(get(name), ifMatch);
    jdbc.sql("delete from certificate where name = ?").param(name).update();
  }

  void deleteVersion(String name, int version) {
    jdbc.sql("delete from certificate_version where name = ? and version = ?")
        .params(name, version)
        .update();
  }

  /** Keeps a request and its key until the signed chain comes. */
  void setPending(String name, String csrPem, PrivateKey key) {
    jdbc.sql("update certificate set pending_csr = ?, pending_key = ? where name = ?")
        .params(csrPem, secrets.seal(key.getEncoded(), pendingKeyId(name)), name)
        .update();
  }

  void clearPending(String name) {
    jdbc.sql("update certificate set pending_csr = null, pending_key = null where name = ?")
        .param(name)
        .update();
  }

  /** The private key of the request that awaits its chain, in PKCS#8. */
  Optional<byte[]> pendingKey(String name) {
    return jdbc.sql(
            "select pending_key from certificate where name = ? and pending_key is not null")
        .param(name)
        .query((row, number) -> row.getBytes(1))
        .optional()
        .map(bytes -> secrets.open(bytes, pendingKeyId(name)));
  }

  /** Opens a version's private key. */
  PrivateKey privateKey(String name, int version, PublicKey publicKey) {
    byte[] sealed =
        jdbc.sql("select private_key from certificate_version where name = ? and version = ?")
            .params(name, version)
            .query((row, number) -> row.getBytes(1))
            .single();
    return decode(publicKey.getAlgorithm(), secrets.open(sealed, keyId(name, version)));
  }

  static PrivateKey decode(String algorithm, byte[] pkcs8) {
    try {
      return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("a stored private key cannot be read", e);
    }
  }

  @Override
  public int sealAgain() {
    int count = 0;
    for (Sealed key :
        jdbc.sql("select name, version, private_key from certificate_version")
            .query(CertificateRepository::sealed)
            .list()) {
      if (!secrets.isCurrent(key.bytes())) {
        SecretId id = keyId(key.name(), key.version());
        jdbc.sql("update certificate_version set private_key = ? where name = ? and version = ?")
            .params(secrets.seal(secrets.open(key.bytes(), id), id), key.name(), key.version())
            .update();
        count++;
      }
    }
    for (Sealed key :
        jdbc.sql("select name, 0, pending_key from certificate where pending_key is not null")
            .query(CertificateRepository::sealed)
            .list()) {
      if (!secrets.isCurrent(key.bytes())) {
        SecretId id = pendingKeyId(key.name());
        jdbc.sql("update certificate set pending_key = ? where name = ?")
            .params(secrets.seal(secrets.open(key.bytes(), id), id), key.name())
            .update();
        count++;
      }
    }
    return count;
  }

  private static void requireRevision(StoredCertificate found, OptionalLong ifMatch) {
    if (ifMatch.isPresent() && ifMatch.getAsLong() != found.revision()) {
      throw new RevisionMismatchException(
          ResourceType.CERTIFICATE, found.name(), ifMatch.getAsLong(), found.revision());
    }
  }

  private static SecretId keyId(String name, int version) {
    return new SecretId("certificate-key", name, version);
  }

  private static SecretId pendingKeyId(String name) {
    return new SecretId("certificate-request-key", name, 0);
  }

  private static StoredCertificate certificate(ResultSet row, int number) throws SQLException {
    return new StoredCertificate(
        row.getString("name"),
        row.getLong("revision"),
        row.getObject("current_version", Integer.class),
        row.getString("pending_csr"));
  }

  private StoredVersion version(ResultSet row, int number) throws SQLException {
    String generation = row.getString("generation");
    return new StoredVersion(
        row.getString("name"),
        row.getInt("version"),
        Origin.parse(row.getString("origin")),
        X509.fromPem(row.getString("chain_pem")),
        generation == null ? null : json.readValue(generation, GenerationSpec.class),
        row.getObject("created_at", OffsetDateTime.class).toInstant(),
        instant(row, "next_update"));
  }

  private static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
    OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
    return time == null ? null : time.toInstant();
  }

  private static Sealed sealed(ResultSet row, int number) throws SQLException {
    return new Sealed(row.getString(1), row.getInt(2), row.getBytes(3));
  }

  private OffsetDateTime now() {
    return utc(clock.instant());
  }

  private static OffsetDateTime utc(Instant instant) {
    return instant.atOffset(ZoneOffset.UTC);
  }

  private record Sealed(String name, int version, byte[] bytes) {}
}
