package dev.handfast.journal;

import dev.handfast.handshake.Reason;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * What a simulation needs to know of a recorded handshake.
 *
 * @param reason null when completed
 * @param offer fingerprint of what the client offered
 * @param chain fingerprint of the certificates that it sent, or null
 * @param clientAsked whether it was asked for a certificate
 */
record RecordedHandshake(
    String id,
    Instant startedAt,
    boolean resumption,
    @Nullable Reason reason,
    @Nullable String serverName,
    String clientAddress,
    String offer,
    @Nullable String chain,
    boolean clientAsked) {

  private static final String CONDITION =
      """
      listener = ? and started_at >= ? and client_offer is not null and kind <> 'renegotiation'
      """;

  /** How many there are. Blocks. */
  static long count(JdbcClient jdbc, String listener, Instant since) {
    return jdbc.sql("select count(*) from handshake where listener = ? and started_at >= ?")
        .params(listener, since.atOffset(ZoneOffset.UTC))
        .query((row, number) -> row.getLong(1))
        .single();
  }

  /**
   * The newest ones, or those that follow one. Blocks.
   *
   * @param after null: begin with the newest
   */
  static List<RecordedHandshake> page(
      JdbcClient jdbc,
      String listener,
      Instant since,
      @Nullable RecordedHandshake after,
      int most) {
    List<Object> parameters = new ArrayList<>(List.of(listener, utc(since)));
    String following = "";
    if (after != null) {
      following = "and started_at <= ? and (started_at < ? or id < ?)";
      parameters.addAll(List.of(utc(after.startedAt), utc(after.startedAt), after.id));
    }
    parameters.add(most);
    return jdbc.sql(
            """
            select id, started_at, kind, reason, server_name, client_address, client_offer,
              client_chain, client_asked
            from handshake where %s %s
            order by listener, started_at desc, id desc limit ?
            """
                .formatted(CONDITION, following))
        .params(parameters)
        .query((row, number) -> read(row))
        .list();
  }

  private static RecordedHandshake read(ResultSet row) throws SQLException {
    return new RecordedHandshake(
        row.getString("id"),
        row.getObject("started_at", OffsetDateTime.class).toInstant(),
        row.getString("kind").equals("resumption"),
        Optional.ofNullable(row.getString("reason")).flatMap(Reason::ofCode).orElse(null),
        row.getString("server_name"),
        row.getString("client_address"),
        row.getString("client_offer"),
        row.getString("client_chain"),
        row.getBoolean("client_asked"));
  }

  private static OffsetDateTime utc(Instant instant) {
    return instant.atOffset(ZoneOffset.UTC);
  }
}
