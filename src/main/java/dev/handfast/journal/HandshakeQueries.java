package dev.handfast.journal;

import dev.handfast.configuration.InvalidConfigurationException;
import dev.handfast.configuration.NotFoundException;
import dev.handfast.web.Page;
import dev.handfast.web.PageRequest;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.Base64;
import java.util.List;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.json.JsonMapper;

/** Reads records, the newest first. Blocks. */
final class HandshakeQueries {

  private final JdbcClient jdbc;
  private final JsonMapper json;

  HandshakeQueries(JdbcClient jdbc, JsonMapper json) {
    this.jdbc = jdbc;
    this.json = json;
  }

  Page<HandshakeRecord> find(HandshakeFilter filter, PageRequest page) {
    Condition condition = filter.condition();
    String cursor = page.cursor();
    if (cursor != null) {
      Cursor after = Cursor.parse(cursor);
      var at = after.startedAt().atOffset(ZoneOffset.UTC);
      condition.add("started_at <= ? and (started_at < ? or id < ?)", at, at, after.id());
    }
    List<HandshakeRecord> found =
        jdbc.sql(
                """
                select d.document, o.offer
                from (select id, started_at, client_offer from handshake
                      where %s order by %s limit ?) h
                join handshake_detail d on d.id = h.id
                left join client_offer o on o.fingerprint = h.client_offer
                order by h.started_at desc, h.id desc
                """
                    .formatted(condition.sql(), condition.newestFirst()))
            .params(condition.parametersAnd(page.size() + 1))
            .query((row, number) -> read(row))
            .list();
    return Page.of(found, page, last -> new Cursor(last.startedAt(), last.id()).toString());
  }

  HandshakeRecord get(String id) {
    return jdbc.sql(
            """
            select d.document, o.offer
            from handshake h
            join handshake_detail d on d.id = h.id
            left join client_offer o on o.fingerprint = h.client_offer
            where h.id = ?
            """)
        .param(id)
        .query((row, number) -> read(row))
        .optional()
        .orElseThrow(() -> new NotFoundException("handshake", id));
  }

  private HandshakeRecord read(ResultSet row) throws SQLException {
    HandshakeRecord record = json.readValue(row.getString("document"), HandshakeRecord.class);
    String offer = row.getString("offer");
    return offer == null ? record : record.withOffer(json.readValue(offer, ClientOffer.class));
  }

  /** Where a page ended; opaque to clients. */
  private record Cursor(Instant startedAt, String id) {

    static Cursor parse(String text) {
      try {
        String decoded = new String(Base64.getUrlDecoder().decode(text), StandardCharsets.UTF_8);
        int separator = decoded.indexOf(' ');
        if (separator > 0) {
          return new Cursor(
              Instant.parse(decoded.substring(0, separator)), decoded.substring(separator + 1));
        }
      } catch (IllegalArgumentException | DateTimeParseException e) {
        // Said below.
      }
      throw new InvalidConfigurationException(
          "cursor", "%s (expected: the nextCursor of the page before)".formatted(text));
    }

    @Override
    public String toString() {
      return Base64.getUrlEncoder()
          .withoutPadding()
          .encodeToString((startedAt + " " + id).getBytes(StandardCharsets.UTF_8));
    }
  }
}
