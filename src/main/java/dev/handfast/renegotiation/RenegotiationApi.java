package dev.handfast.renegotiation;

import dev.handfast.configuration.AuditableAction;
import dev.handfast.replica.Answers;
import dev.handfast.replica.Answers.Answer;
import dev.handfast.replica.ReplicaPage;
import dev.handfast.replica.Replicas;
import dev.handfast.replica.UnreachableReplicasException;
import dev.handfast.web.PageRequest;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.net.URI;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.json.JsonMapper;

/** Renegotiations over REST. */
@RestController
@RequestMapping(RenegotiationApi.PATH)
@Tag(
    name = "Renegotiations",
    description = "Fresh keys, or fresh proof of identity, on live connections")
class RenegotiationApi {

  static final String PATH = "/api/v1/renegotiations";
  private static final String RESOURCE = "renegotiations";

  private final RenegotiationTopics topics;
  private final Replicas replicas;
  private final Renegotiations renegotiations;
  private final ApplicationEventPublisher events;
  private final JsonMapper json;

  RenegotiationApi(
      RenegotiationTopics topics,
      Replicas replicas,
      Renegotiations renegotiations,
      ApplicationEventPublisher events,
      JsonMapper json) {
    this.topics = topics;
    this.replicas = replicas;
    this.renegotiations = renegotiations;
    this.events = events;
    this.json = json;
  }

  @PostMapping
  @Operation(
      summary = "Begins to renegotiate the selected connections of all replicas",
      description =
          "Each replica works through its own connections, paced, in the background, and ends with"
              + " its process. Replicas that did not answer in time are named in"
              + " unreachableReplicas.")
  ResponseEntity<MergedRenegotiation> create(@RequestBody RenegotiationBody body) {
    body.validate();
    String id = renegotiations.newId();
    events.publishEvent(
        new AuditableAction("create", RESOURCE, id, null, json.writeValueAsString(body)));
    Answers<RenegotiationView> begun =
        replicas.ask(topics.start(), new RenegotiationTopics.Start(id, body));
    return ResponseEntity.accepted()
        .location(URI.create(PATH + "/" + id))
        .body(MergedRenegotiation.of(begun.given(), begun.unreachable()));
  }

  @GetMapping
  @Operation(
      summary = "Lists the renegotiations of all replicas, the newest first, without their results")
  ReplicaPage<MergedRenegotiation> list(PageRequest page) {
    Answers<RenegotiationTopics.Found> answers =
        replicas.ask(topics.list(), new RenegotiationTopics.Query(page.cursor(), page.size() + 1));
    Map<String, List<Answer<RenegotiationView>>> parts =
        answers
            .flatMap(
                found ->
                    found.value().items().stream().map(view -> new Answer<>(found.replica(), view)))
            .collect(Collectors.groupingBy(part -> part.value().id()));
    return ReplicaPage.of(
        parts.values().stream().map(same -> MergedRenegotiation.of(same, answers.unreachable())),
        answers.unreachable(),
        Comparator.comparing(MergedRenegotiation::id).reversed(),
        page,
        MergedRenegotiation::id);
  }

  @GetMapping("/{id}")
  @Operation(summary = "Shows a renegotiation with the result of each connection")
  MergedRenegotiation get(@PathVariable String id) {
    Answers<RenegotiationView> parts =
        replicas.ask(topics.show(), id).requireFound("renegotiation", id);
    return MergedRenegotiation.of(parts.given(), parts.unreachable());
  }

  @DeleteMapping("/{id}")
  @Operation(summary = "Cancels a renegotiation: nothing more begins")
  ResponseEntity<Void> cancel(@PathVariable String id) {
    Answers<Boolean> cancelled =
        replicas.ask(topics.cancel(), id).requireFound("renegotiation", id);
    events.publishEvent(new AuditableAction("cancel", RESOURCE, id, null, null));
    if (!cancelled.unreachable().isEmpty()) {
      throw new UnreachableReplicasException(
          "renegotiation '" + id + "' may go on in parts", cancelled.unreachable());
    }
    return ResponseEntity.noContent().build();
  }
}
