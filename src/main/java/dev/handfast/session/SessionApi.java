package dev.handfast.session;

import dev.handfast.configuration.AuditableAction;
import dev.handfast.configuration.NotFoundException;
import dev.handfast.web.Page;
import dev.handfast.web.PageRequest;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletRequest;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.springdoc.core.annotations.ParameterObject;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.dao.QueryTimeoutException;
import org.springframework.http.ResponseEntity;
import org.springframework.transaction.support.TransactionOperations;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.json.JsonMapper;

/** Sessions over REST. */
@RestController
@RequestMapping("/api/v1/sessions")
@Tag(name = "Sessions", description = "What clients may resume instead of a full handshake")
class SessionApi {

  private static final int STORE_LIMIT_SECONDS = 10;

  private final SessionStore store;
  private final TransactionOperations transaction;
  private final ApplicationEventPublisher events;
  private final JsonMapper json;

  SessionApi(
      SessionStore store,
      TransactionOperations transaction,
      ApplicationEventPublisher events,
      JsonMapper json) {
    this.store = store;
    this.transaction = transaction;
    this.events = events;
    this.json = json;
  }

  @GetMapping
  @Operation(summary = "Lists sessions, the last to expire first")
  Page<SessionView> list(
      @ParameterObject SessionFilter filter,
      @ParameterObject PageRequest page,
      HttpServletRequest request) {
    SessionFilter.requireKnown(request.getParameterMap().keySet(), true);
    List<SessionRow> rows =
        store.list(filter.selector(), SessionCursor.position(page.cursor()), page.size() + 1);
    Page<SessionRow> found = Page.of(rows, page, SessionCursor::after);
    return new Page<>(found.items().stream().map(SessionView::of).toList(), found.nextCursor());
  }

  @GetMapping("/summary")
  @Operation(summary = "Counts sessions")
  SessionStore.Summary summary() {
    return store.summary();
  }

  @GetMapping("/{id}")
  @Operation(summary = "Shows a session")
  SessionView get(@PathVariable String id) {
    return SessionView.of(find(id));
  }

  @DeleteMapping("/{id}")
  @Operation(summary = "Deletes a session: the client's next handshake is full")
  ResponseEntity<Void> delete(@PathVariable String id) {
    SessionRow found = find(id);
    String kept = found.id();
    invalidate(SessionSelector.withIds(Set.of(kept)));
    audit(kept, json.writeValueAsString(SessionView.of(found)), null);
    return ResponseEntity.noContent().build();
  }

  @DeleteMapping
  @Operation(summary = "Deletes the sessions that match every filter given; at least one is")
  Deleted deleteSelected(@ParameterObject SessionFilter filter, HttpServletRequest request) {
    SessionFilter.requireKnown(request.getParameterMap().keySet(), false);
    Deleted deleted = new Deleted(invalidate(filter.requiredSelector()));
    audit("*", json.writeValueAsString(filter), json.writeValueAsString(deleted));
    return deleted;
  }

  private SessionRow find(String id) {
    // As it is kept: memory and Redis compare identifiers as text.
    return Optional.ofNullable(SessionIdentities.parse(id))
        .map(UUID::toString)
        .flatMap(store::get)
        .orElseThrow(() -> new NotFoundException("session", id));
  }

  private long invalidate(SessionSelector selector) {
    try {
      return store
          .invalidate(selector)
          .toCompletableFuture()
          .orTimeout(STORE_LIMIT_SECONDS, TimeUnit.SECONDS)
          .join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof RuntimeException failure) {
        throw failure;
      }
      throw new QueryTimeoutException(
          "the session store does not answer; the deletion is in force here, and is repeated", e);
    }
  }

  private void audit(String id, @Nullable String before, @Nullable String after) {
    transaction.executeWithoutResult(
        status ->
            events.publishEvent(new AuditableAction("delete", "sessions", id, before, after)));
  }

  /** How many sessions were deleted. */
  record Deleted(long deleted) {}
}
