package dev.handfast.listener;

import dev.handfast.configuration.AuditableAction;
import dev.handfast.replica.Answers;
import dev.handfast.replica.Answers.Answer;
import dev.handfast.replica.ReplicaPage;
import dev.handfast.replica.Replicas;
import dev.handfast.replica.UnreachableReplicasException;
import dev.handfast.web.PageRequest;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Comparator;
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

/** Live connections of all replicas over REST. */
@RestController
@RequestMapping("/api/v1/connections")
@Tag(name = "Connections", description = "Who is connected now, to any replica")
class ConnectionController {

  private final ConnectionTopics topics;
  private final Replicas replicas;
  private final TransactionOperations transaction;
  private final ApplicationEventPublisher events;
  private final JsonMapper json;

  ConnectionController(
      ConnectionTopics topics,
      Replicas replicas,
      TransactionOperations transaction,
      ApplicationEventPublisher events,
      JsonMapper json) {
    this.topics = topics;
    this.replicas = replicas;
    this.transaction = transaction;
    this.events = events;
    this.json = json;
  }

  @GetMapping
  @Operation(
      summary = "Lists the established connections of all replicas, the oldest first",
      description = "Replicas that did not answer in time are named in unreachableReplicas.")
  ReplicaPage<ConnectionView> list(
      @ParameterObject ConnectionFilter filter,
      @ParameterObject PageRequest page,
      HttpServletRequest request) {
    ConnectionFilter.requireKnown(request.getParameterMap().keySet());
    Answers<ConnectionTopics.Found> answers =
        replicas.ask(
            topics.list(),
            new ConnectionTopics.Query(filter.selector(), page.cursor(), page.size() + 1));
    return ReplicaPage.of(
        answers.flatMap(
            part ->
                part.value().items().stream().map(it -> new ConnectionView(it, part.replica()))),
        answers.unreachable(),
        Comparator.comparing(ConnectionView::id),
        page,
        ConnectionView::id);
  }

  @GetMapping("/{id}")
  @Operation(summary = "Shows a connection")
  ConnectionView get(@PathVariable String id) {
    return find(id);
  }

  @DeleteMapping("/{id}")
  @Operation(summary = "Closes a connection with close_notify")
  ResponseEntity<Void> close(@PathVariable String id) {
    ConnectionView found = find(id);
    String before = json.writeValueAsString(found);
    transaction.executeWithoutResult(
        status ->
            events.publishEvent(new AuditableAction("close", "connections", id, before, null)));
    Answers<Boolean> closed =
        replicas.askOne(
            found.replica(), topics.close(), id, ConnectionTopics.CLOSE_LIMIT.plusSeconds(2));
    if (!closed.unreachable().isEmpty()) {
      throw new UnreachableReplicasException(
          "connection '" + id + "' may not be closed", closed.unreachable());
    }
    closed.requireFound("connection", id);
    return ResponseEntity.noContent().build();
  }

  private ConnectionView find(String id) {
    Answer<ConnectionInfo> found =
        replicas.ask(topics.show(), id).requireFound("connection", id).given().getFirst();
    return new ConnectionView(found.value(), found.replica());
  }
}
