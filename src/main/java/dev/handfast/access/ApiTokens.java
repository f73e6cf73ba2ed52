package dev.handfast.access;

import dev.handfast.configuration.AuditableAction;
import dev.handfast.configuration.NotFoundException;
import dev.handfast.handshake.TimeOrderedId;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;
import tools.jackson.databind.json.JsonMapper;

/**
 * Keeps API tokens: 256 random bits each, of which only the SHA-256 is stored. A token that is
 * deleted or has expired is refused at once, on every replica. Blocks (database).
 */
@Component
class ApiTokens {

  /** What every token begins with, so that scanners find leaked ones. */
  static final String PREFIX = "hf_";

  private static final Duration USE_RESOLUTION = Duration.ofMinutes(1);
  private static final String COLUMNS =
      """
      select id, name, role, created_by, created_at, expires_at, last_used_at from api_token
      """;

  private final JdbcClient jdbc;
  private final JsonMapper json;
  private final ApplicationEventPublisher events;
  private final InstantSource clock;
  private final SecureRandom random = new SecureRandom();

  ApiTokens(
      JdbcClient jdbc, JsonMapper json, ApplicationEventPublisher events, InstantSource clock) {
    this.jdbc = jdbc;
    this.json = json;
    this.events = events;
    this.clock = clock;
  }

  /** Makes a token; its value exists in the answer alone. */
  @Transactional
  public Issued issue(String name, Role role, Duration lifetime, String createdBy) {
    byte[] bytes = new byte[32];
    random.nextBytes(bytes);
    String value = PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    Instant now = clock.instant();
    String id = TimeOrderedId.at(now);
    jdbc.sql(
            """
            insert into api_token (id, name, role, token_hash, created_by, created_at, expires_at)
            values (?, ?, ?, ?, ?, ?, ?)
            """)
        .params(id, name, role.name(), hash(value), createdBy, at(now), at(now.plus(lifetime)))
        .update();
    ApiToken token = get(id);
    events.publishEvent(
        new AuditableAction("create", "tokens", id, null, json.writeValueAsString(token)));
    return new Issued(token, value);
  }

  ApiToken get(String id) {
    return jdbc.sql(COLUMNS + " where id = ?")
        .param(id)
        .query(ApiTokens::read)
        .optional()
        .orElseThrow(() -> new NotFoundException("token", id));
  }

  /** Tokens that were made after the one with this id, oldest first. */
  List<ApiToken> after(String id, int limit) {
    return jdbc.sql(COLUMNS + " where id > ? order by id fetch first ? rows only")
        .params(id, limit)
        .query(ApiTokens::read)
        .list();
  }

  /**
   * Revokes a token.
   *
   * @throws NotFoundException if there is none
   */
  @Transactional
  public void revoke(String id) {
    ApiToken token = get(id);
    jdbc.sql("delete from api_token where id = ?").param(id).update();
    events.publishEvent(
        new AuditableAction("delete", "tokens", id, json.writeValueAsString(token), null));
  }

  /** The token with this value if it is in force. */
  Optional<ApiToken> authenticate(String value) {
    Instant now = clock.instant();
    Optional<ApiToken> found =
        jdbc.sql(COLUMNS + " where token_hash = ? and expires_at > ?")
            .params(hash(value), at(now))
            .query(ApiTokens::read)
            .optional();
    found.filter(token -> token.usedBefore(now.minus(USE_RESOLUTION))).ifPresent(this::used);
    return found;
  }

  private void used(ApiToken token) {
    jdbc.sql("update api_token set last_used_at = ? where id = ?")
        .params(at(clock.instant()), token.id())
        .update();
  }

  private static String hash(String value) {
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-256").digest(value.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static ApiToken read(ResultSet row, int number) throws SQLException {
    OffsetDateTime lastUsed = row.getObject("last_used_at", OffsetDateTime.class);
    return new ApiToken(
        row.getString("id"),
        row.getString("name"),
        Role.valueOf(row.getString("role")),
        row.getString("created_by"),
        row.getObject("created_at", OffsetDateTime.class).toInstant(),
        row.getObject("expires_at", OffsetDateTime.class).toInstant(),
        lastUsed == null ? null : lastUsed.toInstant());
  }

  private static OffsetDateTime at(Instant instant) {
    return instant.atOffset(ZoneOffset.UTC);
  }

  /**
   * A token, without its value.
   *
   * @param lastUsedAt to the minute, or null if it was never used
   */
  record ApiToken(
      String id,
      String name,
      Role role,
      String createdBy,
      Instant createdAt,
      Instant expiresAt,
      @Nullable Instant lastUsedAt) {

    private boolean usedBefore(Instant instant) {
      return lastUsedAt == null || lastUsedAt.isBefore(instant);
    }
  }

  /** A token with its value. */
  record Issued(ApiToken token, String value) {

    @Override
    public String toString() {
      return "Issued[" + token.id() + "]";
    }
  }
}
