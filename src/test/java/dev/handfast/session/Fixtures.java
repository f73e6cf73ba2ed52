package dev.handfast.session;

import dev.handfast.handshake.ClientHello;
import dev.handfast.handshake.ClientHello.PskIdentity;
import dev.handfast.handshake.ProtocolVersion;
import dev.handfast.handshake.ResumableSession;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Date;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import javax.sql.DataSource;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.flywaydb.core.Flyway;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;
import org.springframework.util.unit.DataSize;
import tools.jackson.databind.json.JsonMapper;

/** What the tests of this package share: sessions, ClientHellos, stores. */
final class Fixtures {

  static final Sessions.Scope SCOPE = new Sessions.Scope("shop", "", "shop.example", "staff", 7);
  static final byte[] ALICE = certificate("O=Example,CN=alice");
  static final byte[] BOB = certificate("O=Example,CN=bob");

  /** Of every store here, whatever its seal. */
  static final SessionIdentities IDENTITIES = new SessionIdentities(new byte[32]);

  private static final SecureRandom RANDOM = new SecureRandom();

  private Fixtures() {}

  static ResumableSession ticket() {
    return session(ProtocolVersion.TLS_1_3, Instant.now(), List.of(ALICE), "server", 1);
  }

  static ResumableSession ticketOf(byte[] client) {
    return session(ProtocolVersion.TLS_1_3, Instant.now(), List.of(client), "server", 1);
  }

  static ResumableSession tls12() {
    return session(ProtocolVersion.TLS_1_2, Instant.now(), List.of(), "server", 1);
  }

  static ResumableSession session(
      ProtocolVersion protocol,
      Instant issuedAt,
      List<byte[]> chain,
      String certificate,
      int certificateVersion) {
    return new ResumableSession(
        IDENTITIES.next(issuedAt),
        protocol,
        protocol == ProtocolVersion.TLS_1_3 ? 0x1301 : 0xc02b,
        random(48),
        true,
        0xfedcba98L,
        issuedAt,
        issuedAt.plus(Duration.ofHours(1)),
        "shop.example",
        null,
        chain,
        certificate,
        certificateVersion,
        issuedAt);
  }

  /** A ClientHello that offers to resume these. */
  static ClientHello offering(ResumableSession... sessions) {
    List<PskIdentity> tickets =
        Arrays.stream(sessions)
            .filter(session -> session.protocol() == ProtocolVersion.TLS_1_3)
            .map(session -> new PskIdentity(session.wireIdentity(), 0))
            .toList();
    byte[] sessionId =
        Arrays.stream(sessions)
            .filter(session -> session.protocol() != ProtocolVersion.TLS_1_3)
            .map(ResumableSession::wireIdentity)
            .findFirst()
            .orElse(new byte[0]);
    return hello("shop.example", sessionId, tickets, !tickets.isEmpty());
  }

  static ClientHello hello(
      @Nullable String serverName, byte[] sessionId, List<PskIdentity> tickets, boolean tls13) {
    return new ClientHello(
        0x0303,
        tls13 ? List.of(0x0304, 0x0303) : List.of(),
        sessionId,
        List.of(0x1301, 0xc02b),
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        serverName,
        List.of(),
        tickets,
        tls13 ? List.of(1) : List.of());
  }

  static byte[] random(int length) {
    byte[] bytes = new byte[length];
    RANDOM.nextBytes(bytes);
    return bytes;
  }

  static SessionProperties properties() {
    return properties(Duration.ofSeconds(2), Duration.ofMillis(50), 10_000);
  }

  static SessionProperties properties(
      Duration lookupDeadline, Duration writeInterval, int maxWaiting) {
    return new SessionProperties(
        SessionProperties.Store.DATABASE,
        Duration.ofHours(2),
        Duration.ofHours(24),
        2,
        Duration.ofSeconds(10),
        lookupDeadline,
        Duration.ofMillis(100),
        Duration.ofMillis(100),
        new SessionProperties.Memory(1000, DataSize.ofMegabytes(16)),
        new SessionProperties.WriteBehind(
            writeInterval, Math.min(500, maxWaiting), maxWaiting, DataSize.ofMegabytes(64)));
  }

  static InvalidationLog invalidationLog(DataSource database) {
    return new InvalidationLog(
        JdbcClient.create(database), transaction(database), new JsonMapper(), Instant::now);
  }

  static JdbcSessionStorage storage(DataSource database) {
    JdbcTemplate jdbc = new JdbcTemplate(database);
    return new JdbcSessionStorage(jdbc, jdbc, transaction(database));
  }

  static TransactionTemplate transaction(DataSource database) {
    return new TransactionTemplate(new DataSourceTransactionManager(database));
  }

  static DataSource migrated(DataSource database) {
    Flyway.configure().dataSource(database).load().migrate();
    return database;
  }

  /** The value, which must come soon. */
  static <T> T now(CompletionStage<T> stage) {
    return stage.toCompletableFuture().orTimeout(20, TimeUnit.SECONDS).join();
  }

  /** AES-256-GCM under a key of the test. */
  static SessionSeal seal(byte[] key) {
    return new SessionSeal() {
      @Override
      public byte[] seal(byte[] secret, String id) {
        byte[] nonce = random(12);
        byte[] sealed = crypt(Cipher.ENCRYPT_MODE, nonce, secret, 0, id);
        byte[] all = Arrays.copyOf(nonce, nonce.length + sealed.length);
        System.arraycopy(sealed, 0, all, nonce.length, sealed.length);
        return all;
      }

      @Override
      public byte[] identityKey() {
        return new byte[SessionIdentities.KEY_BYTES];
      }

      @Override
      public byte[] open(byte[] sealed, String id) {
        return crypt(Cipher.DECRYPT_MODE, Arrays.copyOf(sealed, 12), sealed, 12, id);
      }

      private byte[] crypt(int mode, byte[] nonce, byte[] text, int offset, String id) {
        try {
          Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
          cipher.init(mode, new SecretKeySpec(key, "AES"), new GCMParameterSpec(128, nonce));
          cipher.updateAAD(id.getBytes(StandardCharsets.UTF_8));
          return cipher.doFinal(text, offset, text.length - offset);
        } catch (GeneralSecurityException e) {
          throw new IllegalStateException(e);
        }
      }
    };
  }

  private static byte[] certificate(String subject) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(256);
      KeyPair keys = generator.generateKeyPair();
      X500Name name = new X500Name(subject);
      Instant now = Instant.now();
      return new JcaX509v3CertificateBuilder(
              name,
              BigInteger.ONE,
              Date.from(now.minusSeconds(60)),
              Date.from(now.plusSeconds(86_400)),
              name,
              keys.getPublic())
          .build(new JcaContentSignerBuilder("SHA256withECDSA").build(keys.getPrivate()))
          .getEncoded();
    } catch (GeneralSecurityException | OperatorCreationException | IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
