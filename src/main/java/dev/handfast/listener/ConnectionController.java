package dev.handfast.listener;

import dev.handfast.configuration.AuditableAction;
import dev.handfast.configuration.NotFoundException;
import dev.handfast.web.Page;
import dev.handfast.web.PageRequest;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletRequest;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.springdoc.core.annotations.ParameterObject;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.http.ResponseEntity;
import org.springframework.transaction.support.TransactionOperations;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.json.JsonMapper;

/** Live connections of this instance over REST. */
@RestController
@RequestMapping("/api/v1/connections")
@Tag(name = "Connections", description = "Who is connected to this instance now")
class ConnectionController {

  private static final long CLOSE_SECONDS = 5;

  private final Connections connections;
  private final TransactionOperations transaction;
  private final ApplicationEventPublisher events;
  private final JsonMapper json;

  ConnectionController(
      Connections connections,
      TransactionOperations transaction,
      ApplicationEventPublisher events,
      JsonMapper json) {
    this.connections = connections;
    this.transaction = transaction;
    this.events = events;
    this.json = json;
  }

  @GetMapping
  @Operation(summary = "Lists the established connections, the oldest first")
  Page<ConnectionInfo> list(
      @ParameterObject ConnectionFilter filter,
      @ParameterObject PageRequest page,
      HttpServletRequest request) {
    ConnectionFilter.requireKnown(request.getParameterMap().keySet());
    List<ConnectionInfo> found =
        connections.list(filter.selector(), page.cursor(), page.size() + 1);
    return Page.of(found, page, ConnectionInfo::id);
  }

  @GetMapping("/{id}")
  @Operation(summary = "Shows a connection")
  ConnectionInfo get(@PathVariable String id) {
    return find(id).info();
  }

  @DeleteMapping("/{id}")
  @Operation(summary = "Closes a connection with close_notify")
  ResponseEntity<Void> close(@PathVariable String id) {
    LiveConnection connection = find(id);
    String before = json.writeValueAsString(connection.info());
    transaction.executeWithoutResult(
        status ->
            events.publishEvent(new AuditableAction("close", "connections", id, before, null)));
    connection
        .close()
        .toCompletableFuture()
        .completeOnTimeout(
            LiveConnection.Outcome.of(LiveConnection.Result.BUSY), CLOSE_SECONDS, TimeUnit.SECONDS)
        .join();
    return ResponseEntity.noContent().build();
  }

  private LiveConnection find(String id) {
    return connections.find(id).orElseThrow(() -> new NotFoundException("connection", id));
  }
}
