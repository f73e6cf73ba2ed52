package dev.handfast.audit;

import dev.handfast.access.RefusedRequest;
import dev.handfast.configuration.AuditableAction;
import dev.handfast.handshake.TimeOrderedId;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.event.EventListener;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.stereotype.Component;
import org.springframework.transaction.TransactionException;
import org.springframework.web.context.request.RequestContextHolder;
import org.springframework.web.context.request.ServletRequestAttributes;

/**
 * Writes the audit log. A change and its event are one transaction: there is neither without the
 * other. Blocks (database).
 */
@Component
class AuditEvents {

  private static final Logger LOG = LoggerFactory.getLogger(AuditEvents.class);
  private static final String API = "/api/v1/";
  private static final int MAX_NAME = 200;
  private static final int MAX_TYPE = 60;

  private final JdbcClient jdbc;
  private final InstantSource clock;

  AuditEvents(JdbcClient jdbc, InstantSource clock) {
    this.jdbc = jdbc;
    this.clock = clock;
  }

  @EventListener
  void done(AuditableAction action) {
    insert(
        new Entry(
            principal(),
            clientAddress(),
            action.action(),
            action.resourceType(),
            action.resourceName(),
            action.before(),
            action.after(),
            Outcome.SUCCESS,
            null));
  }

  @EventListener
  void refused(RefusedRequest request) {
    String[] segments = segments(request.path());
    Entry entry =
        new Entry(
            request.principal() == null ? "anonymous" : request.principal(),
            request.clientAddress(),
            request.method().toLowerCase(Locale.ROOT),
            segments[0],
            segments[1],
            null,
            null,
            Outcome.ofStatus(request.status()),
            request.status());
    try {
      insert(entry);
    } catch (DataAccessException | TransactionException e) {
      // The answer is on its way, and a missing database is a likely reason of the refusal.
      LOG.warn("A refused request is missing in the audit log: {}", e.getMessage());
    }
  }

  private void insert(Entry entry) {
    Instant now = clock.instant();
    jdbc.sql(
            """
            insert into audit_event
                (id, occurred_at, principal, client_address, action, resource_type, resource_name,
                 document_before, document_after, outcome, status)
            values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """)
        .param(TimeOrderedId.at(now))
        .param(now.atOffset(ZoneOffset.UTC))
        .param(limited(entry.principal(), MAX_NAME))
        .param(entry.clientAddress())
        .param(limited(entry.action(), MAX_TYPE))
        .param(limited(entry.resourceType(), MAX_TYPE))
        .param(limited(entry.resourceName(), MAX_NAME))
        .param(entry.before())
        .param(entry.after())
        .param(entry.outcome().name())
        .param(entry.status())
        .update();
  }

  /** The resource's type and name of {@code /api/v1/type/name/…}. */
  private static String[] segments(String path) {
    String rest = path.startsWith(API) ? path.substring(API.length()) : path.substring(1);
    int slash = rest.indexOf('/');
    return slash < 0
        ? new String[] {rest, ""}
        : new String[] {rest.substring(0, slash), rest.substring(slash + 1)};
  }

  private static String limited(String text, int length) {
    return text.length() <= length ? text : text.substring(0, length);
  }

  private static String principal() {
    Authentication caller = SecurityContextHolder.getContext().getAuthentication();
    return caller == null ? "system" : caller.getName();
  }

  private static @Nullable String clientAddress() {
    return RequestContextHolder.getRequestAttributes() instanceof ServletRequestAttributes request
        ? request.getRequest().getRemoteAddr()
        : null;
  }

  private record Entry(
      String principal,
      @Nullable String clientAddress,
      String action,
      String resourceType,
      String resourceName,
      @Nullable String before,
      @Nullable String after,
      Outcome outcome,
      @Nullable Integer status) {}
}
