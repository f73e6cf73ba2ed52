package dev.handfast.session;

import dev.handfast.HandfastApplication;
import dev.handfast.handshake.ProtocolVersion;
import dev.handfast.handshake.ResumableSession;
import dev.handfast.secret.Secrets;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1EncodableVector;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.DERTaggedObject;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * A PostgreSQL full of sessions for {@code bench/sessions}, written by the application's own
 * storage, and some of them as files for OpenSSL. Arguments: a directory that keeps it for the next
 * time, the port of the server, the master key, and how many sessions. Prints "ready" and what it
 * measured, and serves until standard input ends.
 */
final class SessionFill {

  private static final int BATCH = 500;
  private static final Duration LIFETIME = Duration.ofDays(6);
  private static final int TLS_AES_128_GCM_SHA256 = 0x1301;
  private static final int TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256 = 0xc02b;

  private SessionFill() {}

  public static void main(String[] arguments) throws Exception {
    Path directory = Files.createDirectories(Path.of(arguments[0]));
    int count = Integer.parseInt(arguments[3]);
    try (EmbeddedPostgres postgres =
        EmbeddedPostgres.builder()
            .setDataDirectory(directory.resolve("postgresql"))
            .setCleanDataDirectory(false)
            .setPort(Integer.parseInt(arguments[1]))
            .start()) {
      Path filled = directory.resolve("filled");
      if (!Files.exists(filled)) {
        try (Connection connection = postgres.getPostgresDatabase().getConnection()) {
          // Of a Handfast that writes no sessions.
          connection.createStatement().execute("create database silent");
        }
        fill(postgres, directory, arguments[2], count);
        Files.createFile(filled);
      }
      System.out.println("ready " + measured(postgres));
      System.in.transferTo(System.out);
    }
    System.exit(0);
  }

  private static void fill(EmbeddedPostgres postgres, Path directory, String key, int count)
      throws IOException {
    try (ConfigurableApplicationContext application =
            SpringApplication.run(
                HandfastApplication.class,
                "--server.port=0",
                "--handfast.bootstrap.port=0",
                "--handfast.data-dir=" + directory.resolve("data"),
                "--handfast.master-key=" + key,
                "--spring.main.banner-mode=off",
                "--spring.datasource.url=" + postgres.getJdbcUrl("postgres", "postgres"));
        DataOutputStream tls13 = file(directory.resolve("tls13"));
        DataOutputStream tls12 = file(directory.resolve("tls12"))) {
      SessionStorage storage = application.getBean(SessionStorage.class);
      SessionSeal seal = new MasterKeySeal(application.getBean(Secrets.class));
      SessionCodec codec = new SessionCodec(seal);
      SessionIdentities identities = new SessionIdentities(seal.identityKey());
      // OpenSSL counts a ticket's age in whole seconds.
      Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);
      for (int written = 0; written < count; written += BATCH) {
        List<StoredSession> batch = new ArrayList<>(BATCH);
        for (int i = 0; i < BATCH; i++) {
          // As if they had been issued one after the other, over an hour.
          byte[] identity = identities.next(now.minusMillis(3_600_000L * (written + i) / count));
          ResumableSession session = i % 2 == 0 ? tls13(identity, now) : tls12(identity, now);
          batch.add(
              codec.seal(
                  SessionEntry.issued(
                      identities.idOf(identity),
                      session,
                      new Sessions.Scope("ecdsa", "", "localhost"))));
          // A fifth of each kind is enough to choose from.
          if (i % 5 < 2) {
            write(session, session.ageAdd() == 0 ? tls12 : tls13);
          }
        }
        storage.write(new SessionStorage.Batch(batch, List.of(), List.of()));
      }
    }
  }

  private static DataOutputStream file(Path path) throws IOException {
    return new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(path)));
  }

  private static ResumableSession tls13(byte[] identity, Instant now) {
    return session(
        identity,
        ProtocolVersion.TLS_1_3,
        TLS_AES_128_GCM_SHA256,
        Fixtures.random(32),
        0xfedcba98L,
        now);
  }

  private static ResumableSession tls12(byte[] identity, Instant now) {
    return session(
        identity,
        ProtocolVersion.TLS_1_2,
        TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
        Fixtures.random(48),
        0,
        now);
  }

  private static ResumableSession session(
      byte[] identity,
      ProtocolVersion protocol,
      int cipherSuite,
      byte[] secret,
      long ageAdd,
      Instant now) {
    return new ResumableSession(
        identity,
        protocol,
        cipherSuite,
        secret,
        true,
        ageAdd,
        now,
        now.plus(LIFETIME),
        "localhost",
        null,
        List.of(),
        "ecdsa",
        1,
        now);
  }

  /** What i2d_SSL_SESSION writes (OpenSSL's ssl/ssl_asn1.c), after its length. */
  private static void write(ResumableSession session, DataOutputStream out) throws IOException {
    boolean ticket = session.protocol() == ProtocolVersion.TLS_1_3;
    ASN1EncodableVector fields = new ASN1EncodableVector();
    fields.add(new ASN1Integer(1));
    fields.add(new ASN1Integer(session.protocol().code()));
    int suite = session.cipherSuite();
    fields.add(new DEROctetString(new byte[] {(byte) (suite >> 8), (byte) suite}));
    fields.add(new DEROctetString(session.wireIdentity()));
    fields.add(new DEROctetString(session.secret()));
    add(fields, 1, new ASN1Integer(session.issuedAt().getEpochSecond()));
    add(fields, 2, new ASN1Integer(LIFETIME.toSeconds()));
    if (ticket) {
      add(fields, 9, new ASN1Integer(LIFETIME.toSeconds()));
      add(fields, 10, new DEROctetString(session.wireIdentity()));
      add(fields, 14, new ASN1Integer(session.ageAdd()));
    } else {
      // SSL_SESS_FLAG_EXTMS
      add(fields, 13, new ASN1Integer(1));
    }
    byte[] encoded = new DERSequence(fields).getEncoded();
    out.writeInt(encoded.length);
    out.write(encoded);
  }

  private static void add(ASN1EncodableVector fields, int tag, ASN1Encodable value) {
    fields.add(new DERTaggedObject(true, tag, value));
  }

  private static String measured(EmbeddedPostgres postgres) throws SQLException {
    try (Connection connection = postgres.getPostgresDatabase().getConnection();
        var row =
            connection
                .createStatement()
                .executeQuery(
                    "select count(*), pg_total_relation_size('resumable_session') from"
                        + " resumable_session")) {
      row.next();
      return "%d sessions, %d bytes".formatted(row.getLong(1), row.getLong(2));
    }
  }
}
