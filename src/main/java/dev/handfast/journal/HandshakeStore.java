package dev.handfast.journal;

import dev.handfast.handshake.ClientHello;
import dev.handfast.handshake.Failure;
import dev.handfast.handshake.Handshake;
import dev.handfast.handshake.Negotiated;
import dev.handfast.handshake.Step;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.json.JsonMapper;

/** Writes records and counts to the database. Blocks; used by the journal's writer only. */
final class HandshakeStore {

  private static final int MOST_CERTIFICATES = 10;

  private static final String INSERT =
      """
      insert into handshake (id, started_at, duration_micros, listener, kind, result, reason,
        protocol, cipher_suite, server_name, client_address, client_offer, client_chain,
        client_asked)
      values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      """;
  private static final String INSERT_DETAIL =
      "insert into handshake_detail (id, document) values (?, ?)";
  private static final String INSERT_COUNT =
      """
      insert into handshake_count (handshakes, period, started_at, dimension, listener, grouped,
        result, id)
      values (?, ?, ?, ?, ?, ?, ?, ?)
      """;
  private static final String UPDATE_COUNT =
      "update handshake_count set handshakes = ? where id = ?";

  private final JdbcTemplate jdbc;
  private final TransactionTemplate transaction;
  private final JsonMapper json;
  private final InstantSource clock;
  private final RecordFormat format;
  private final SharedContent offers;
  private final SharedContent chains;

  HandshakeStore(
      JdbcTemplate jdbc, TransactionTemplate transaction, JsonMapper json, InstantSource clock) {
    this.jdbc = jdbc;
    this.transaction = transaction;
    this.json = json;
    this.clock = clock;
    this.format = new RecordFormat(json);
    JdbcClient client = JdbcClient.create(jdbc);
    this.offers = SharedContent.offers(client);
    this.chains = SharedContent.chains(client);
  }

  /** Writes records, all or none. */
  void write(List<Handshake> handshakes) {
    List<Object[]> rows = new ArrayList<>(handshakes.size());
    List<Object[]> details = new ArrayList<>(handshakes.size());
    for (Handshake handshake : handshakes) {
      rows.add(row(handshake));
      details.add(
          new @Nullable Object[] {
            handshake.id(), json.writeValueAsString(format.format(handshake))
          });
    }
    transaction.executeWithoutResult(
        status -> {
          jdbc.batchUpdate(INSERT, rows);
          jdbc.batchUpdate(INSERT_DETAIL, details);
        });
  }

  /** Writes totals, all or none. */
  void writeCounts(List<CountRows.Total> totals) {
    List<Object[]> updates =
        totals.stream().map(total -> new Object[] {total.handshakes(), total.id()}).toList();
    transaction.executeWithoutResult(
        status -> {
          int[] updated = jdbc.batchUpdate(UPDATE_COUNT, updates);
          List<Object[]> inserts = new ArrayList<>();
          for (int i = 0; i < updated.length; i++) {
            if (updated[i] == 0) {
              inserts.add(row(totals.get(i)));
            }
          }
          jdbc.batchUpdate(INSERT_COUNT, inserts);
        });
  }

  private @Nullable Object[] row(Handshake handshake) {
    Failure failure = handshake.failure();
    Negotiated negotiated = handshake.negotiated();
    return new @Nullable Object[] {
      handshake.id(),
      utc(handshake.startedAt().truncatedTo(ChronoUnit.MICROS)),
      Math.max(0, handshake.duration().dividedBy(Duration.of(1, ChronoUnit.MICROS))),
      handshake.listener(),
      handshake.kind().code(),
      handshake.result().code(),
      failure == null ? null : failure.reason().code(),
      negotiated == null ? null : negotiated.protocol().label(),
      negotiated == null ? null : negotiated.cipherSuite(),
      RecordFormat.serverNameOf(handshake.clientHello()),
      RecordFormat.addressOf(handshake.clientAddress()),
      keepOffer(handshake.clientHello()),
      keepChain(handshake.clientChain()),
      handshake.steps().stream().anyMatch(step -> step.step() == Step.CERTIFICATE_REQUEST)
    };
  }

  private static @Nullable Object[] row(CountRows.Total total) {
    CountRows.Key key = total.key();
    return new @Nullable Object[] {
      total.handshakes(),
      key.period().code(),
      utc(key.startedAt()),
      key.dimension().column(),
      key.listener(),
      key.value(),
      key.result().code(),
      total.id()
    };
  }

  private @Nullable String keepOffer(@Nullable ClientHello hello) {
    if (hello == null) {
      return null;
    }
    String offer = json.writeValueAsString(ClientOffer.of(hello));
    String fingerprint = Fingerprints.sha256(offer.getBytes(StandardCharsets.UTF_8));
    offers.keep(fingerprint, offer, clock.instant());
    return fingerprint;
  }

  private @Nullable String keepChain(List<X509Certificate> chain) {
    if (chain.isEmpty()) {
      return null;
    }
    ByteArrayOutputStream der = new ByteArrayOutputStream();
    try {
      for (X509Certificate certificate :
          chain.subList(0, Math.min(MOST_CERTIFICATES, chain.size()))) {
        der.writeBytes(certificate.getEncoded());
      }
    } catch (CertificateEncodingException e) {
      throw new IllegalStateException("a parsed certificate has its encoding", e);
    }
    String fingerprint = Fingerprints.sha256(der.toByteArray());
    chains.keep(fingerprint, der.toByteArray(), clock.instant());
    return fingerprint;
  }

  private static OffsetDateTime utc(Instant instant) {
    return instant.atOffset(ZoneOffset.UTC);
  }
}
