package dev.handfast.audit;

import com.fasterxml.jackson.annotation.JsonRawValue;
import dev.handfast.configuration.InstantRange;
import dev.handfast.configuration.InvalidConfigurationException;
import dev.handfast.web.Page;
import dev.handfast.web.PageRequest;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.springdoc.core.annotations.ParameterObject;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping("/api/v1/audit-events")
@Tag(name = "Audit events", description = "Who did what, when, and how it ended")
class AuditApi {

  private final JdbcClient jdbc;

  AuditApi(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  @GetMapping
  @Operation(summary = "Lists audit events, newest first")
  Page<AuditEvent> list(@ParameterObject Filter filter, PageRequest page) {
    List<Object> values = new ArrayList<>();
    StringBuilder sql =
        new StringBuilder(
            """
            select id, occurred_at, principal, client_address, action, resource_type,
                   resource_name, document_before, document_after, outcome, status
            from audit_event where 1 = 1\
            """);
    equal(sql, values, "principal", filter.principal());
    equal(sql, values, "client_address", filter.clientAddress());
    equal(sql, values, "action", filter.action());
    equal(sql, values, "resource_type", filter.resourceType());
    equal(sql, values, "resource_name", filter.resourceName());
    equal(sql, values, "outcome", outcome(filter.outcome()));
    compare(sql, values, "occurred_at >= ?", at(filter.since()));
    compare(sql, values, "occurred_at < ?", at(filter.until()));
    compare(sql, values, "id < ?", page.cursor());
    sql.append(" order by id desc fetch first ? rows only");
    values.add(page.size() + 1);
    return Page.of(
        jdbc.sql(sql.toString()).params(values).query(AuditApi::read).list(), page, AuditEvent::id);
  }

  private static void equal(
      StringBuilder sql, List<Object> values, String column, @Nullable Object value) {
    compare(sql, values, column + " = ?", value);
  }

  private static void compare(
      StringBuilder sql, List<Object> values, String condition, @Nullable Object value) {
    if (value != null) {
      sql.append(" and ").append(condition);
      values.add(value);
    }
  }

  private static @Nullable OffsetDateTime at(@Nullable Instant instant) {
    return instant == null ? null : instant.atOffset(ZoneOffset.UTC);
  }

  private static @Nullable String outcome(@Nullable String text) {
    if (text == null) {
      return null;
    }
    return Arrays.stream(Outcome.values())
        .map(Outcome::name)
        .filter(name -> name.equals(text.toUpperCase(Locale.ROOT)))
        .findFirst()
        .orElseThrow(
            () ->
                new InvalidConfigurationException(
                    "outcome", "not understood (expected: success, denied, refused, failed)"));
  }

  private static AuditEvent read(ResultSet row, int number) throws SQLException {
    int status = row.getInt("status");
    return new AuditEvent(
        row.getString("id"),
        row.getObject("occurred_at", OffsetDateTime.class).toInstant(),
        row.getString("principal"),
        row.getString("client_address"),
        row.getString("action"),
        row.getString("resource_type"),
        row.getString("resource_name"),
        row.getString("document_before"),
        row.getString("document_after"),
        Outcome.valueOf(row.getString("outcome")),
        status == 0 ? null : status);
  }

  /**
   * Which events are asked for; what is left out is not looked at.
   *
   * @param outcome success, denied, refused or failed
   * @param since the first instant
   * @param until the first instant that is too late
   */
  record Filter(
      @Nullable String principal,
      @Nullable String clientAddress,
      @Nullable String action,
      @Nullable String resourceType,
      @Nullable String resourceName,
      @Nullable String outcome,
      @Nullable Instant since,
      @Nullable Instant until) {

    Filter {
      if (since != null) {
        InstantRange.require("since", since);
      }
      if (until != null) {
        InstantRange.require("until", until);
      }
    }
  }

  /**
   * An audit event as the API shows it.
   *
   * @param before the resource without secrets, or null
   * @param after the resource without secrets, or null
   * @param status the HTTP status if it was denied, refused, or failed
   */
  record AuditEvent(
      String id,
      Instant at,
      String principal,
      @Nullable String clientAddress,
      String action,
      String resourceType,
      String resourceName,
      @Schema(type = "object") @JsonRawValue @Nullable String before,
      @Schema(type = "object") @JsonRawValue @Nullable String after,
      Outcome outcome,
      @Nullable Integer status) {}
}
