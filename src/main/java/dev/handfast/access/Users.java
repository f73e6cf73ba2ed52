package dev.handfast.access;

import dev.handfast.configuration.AuditableAction;
import dev.handfast.configuration.ConflictException;
import dev.handfast.configuration.NotFoundException;
import dev.handfast.configuration.RevisionMismatchException;
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
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;
import tools.jackson.databind.json.JsonMapper;

/** Keeps the local users. Blocks (database). */
@Component
class Users {

  private static final String COLUMNS =
      "select name, role, enabled, password_hash, revision, created_at, updated_at from"
          + " user_account";

  private final JdbcClient jdbc;
  private final JsonMapper json;
  private final ApplicationEventPublisher events;
  private final InstantSource clock;

  Users(JdbcClient jdbc, JsonMapper json, ApplicationEventPublisher events, InstantSource clock) {
    this.jdbc = jdbc;
    this.json = json;
    this.events = events;
    this.clock = clock;
  }

  Optional<UserAccount> find(String name) {
    return jdbc.sql(COLUMNS + " where name = ?").param(name).query(Users::read).optional();
  }

  UserAccount get(String name) {
    return find(name).orElseThrow(() -> new NotFoundException("user", name));
  }

  /** Users whose names sort after this one. */
  List<UserAccount> after(String name, int limit) {
    return jdbc.sql(COLUMNS + " where name > ? order by name fetch first ? rows only")
        .params(name, limit)
        .query(Users::read)
        .list();
  }

  /** Creates a user; false if the name is taken. */
  @Transactional
  public boolean create(String name, Role role, String passwordHash) {
    if (find(name).isPresent()) {
      return false;
    }
    OffsetDateTime now = now();
    try {
      jdbc.sql(
              """
              insert into user_account
                  (name, role, enabled, password_hash, revision, created_at, updated_at)
              values (?, ?, true, ?, 1, ?, ?)
              """)
          .params(name, role.name(), passwordHash, now, now)
          .update();
    } catch (DuplicateKeyException e) {
      return false;
    }
    audit("create", name, null, new AuditedUser(role, true, true));
    return true;
  }

  /**
   * Changes a user. What is null stays as it is in this transaction, whatever the caller read
   * before it.
   *
   * @throws NotFoundException if there is none
   * @throws RevisionMismatchException if it is at another revision
   * @throws ConflictException if no enabled administrator would be left
   */
  @Transactional
  public UserAccount change(
      String name,
      OptionalLong ifMatch,
      @Nullable Role newRole,
      @Nullable Boolean newEnabled,
      @Nullable String newPasswordHash) {
    UserAccount before = lock(name, ifMatch);
    Role role = newRole == null ? before.role() : newRole;
    boolean enabled = newEnabled == null ? before.enabled() : newEnabled;
    String passwordHash = newPasswordHash == null ? before.passwordHash() : newPasswordHash;
    if (role != Role.ADMIN || !enabled) {
      requireAnotherAdministrator(before);
    }
    jdbc.sql(
            """
            update user_account
            set role = ?, enabled = ?, password_hash = ?, revision = revision + 1, updated_at = ?
            where name = ?
            """)
        .params(role.name(), enabled, passwordHash, now(), name)
        .update();
    audit(
        "update",
        name,
        new AuditedUser(before.role(), before.enabled(), false),
        new AuditedUser(role, enabled, !passwordHash.equals(before.passwordHash())));
    return get(name);
  }

  /**
   * Deletes a user.
   *
   * @throws NotFoundException if there is none
   */
  @Transactional
  public void delete(String name, OptionalLong ifMatch) {
    UserAccount before = lock(name, ifMatch);
    requireAnotherAdministrator(before);
    jdbc.sql("delete from user_account where name = ?").param(name).update();
    audit("delete", name, new AuditedUser(before.role(), before.enabled(), false), null);
  }

  /** All rows are locked, so that two administrators cannot remove each other at once. */
  private UserAccount lock(String name, OptionalLong ifMatch) {
    jdbc.sql("select name from user_account order by name for update").query(String.class).list();
    UserAccount found = get(name);
    if (ifMatch.isPresent() && ifMatch.getAsLong() != found.revision()) {
      throw new RevisionMismatchException("user", name, ifMatch.getAsLong(), found.revision());
    }
    return found;
  }

  private void requireAnotherAdministrator(UserAccount leaving) {
    if (leaving.role() != Role.ADMIN || !leaving.enabled()) {
      return;
    }
    int others =
        jdbc.sql("select count(*) from user_account where role = ? and enabled and name <> ?")
            .params(Role.ADMIN.name(), leaving.name())
            .query(Integer.class)
            .single();
    if (others == 0) {
      throw new ConflictException(
          "user '" + leaving.name() + "' is the last enabled admin; make another one first");
    }
  }

  private void audit(
      String action, String name, @Nullable AuditedUser before, @Nullable AuditedUser after) {
    events.publishEvent(
        new AuditableAction(
            action,
            "users",
            name,
            before == null ? null : json.writeValueAsString(before),
            after == null ? null : json.writeValueAsString(after)));
  }

  private static UserAccount read(ResultSet row, int number) throws SQLException {
    return new UserAccount(
        row.getString("name"),
        Role.valueOf(row.getString("role")),
        row.getBoolean("enabled"),
        row.getString("password_hash"),
        row.getLong("revision"),
        instant(row, "created_at"),
        instant(row, "updated_at"));
  }

  private static Instant instant(ResultSet row, String column) throws SQLException {
    return row.getObject(column, OffsetDateTime.class).toInstant();
  }

  private OffsetDateTime now() {
    return clock.instant().atOffset(ZoneOffset.UTC);
  }

  private record AuditedUser(Role role, boolean enabled, boolean passwordChanged) {}
}
