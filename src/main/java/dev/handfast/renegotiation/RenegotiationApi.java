package dev.handfast.renegotiation;

import dev.handfast.configuration.AuditableAction;
import dev.handfast.configuration.NotFoundException;
import dev.handfast.listener.ConnectionInfo;
import dev.handfast.listener.ConnectionSelector;
import dev.handfast.listener.LiveConnection;
import dev.handfast.web.Page;
import dev.handfast.web.PageRequest;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.net.URI;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Stream;
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

  private final Function<ConnectionSelector, Stream<LiveConnection>> connections;
  private final PolicyOfConnection policies;
  private final Renegotiations renegotiations;
  private final ApplicationEventPublisher events;
  private final JsonMapper json;

  RenegotiationApi(
      Function<ConnectionSelector, Stream<LiveConnection>> connections,
      PolicyOfConnection policies,
      Renegotiations renegotiations,
      ApplicationEventPublisher events,
      JsonMapper json) {
    this.connections = connections;
    this.policies = policies;
    this.renegotiations = renegotiations;
    this.events = events;
    this.json = json;
  }

  @PostMapping
  @Operation(
      summary = "Begins to renegotiate the selected connections of this instance",
      description = "Runs paced in the background, and ends with this process.")
  ResponseEntity<RenegotiationView> create(@RequestBody RenegotiationBody body) {
    body.validate();
    ConnectionSelector selector = Objects.requireNonNull(body.selector());
    Mode mode = body.mode() == null ? Mode.AUTO : body.mode();
    boolean required = Boolean.TRUE.equals(body.requireClientCertificate());
    List<Task> tasks =
        connections
            .apply(selector)
            .<Task>map(connection -> ask(connection, mode, required))
            .toList();
    Job job = renegotiations.start(Trigger.API, mode, body.reason(), tasks, task -> {});
    events.publishEvent(
        new AuditableAction("create", RESOURCE, job.id(), null, json.writeValueAsString(body)));
    return ResponseEntity.accepted()
        .location(URI.create(PATH + "/" + job.id()))
        .body(job.view(true));
  }

  private Task.Ask ask(LiveConnection connection, Mode mode, boolean required) {
    ConnectionInfo info = connection.info();
    return new Task.Ask(connection, mode, policies.of(info).orElse(null), required);
  }

  @GetMapping
  @Operation(summary = "Lists renegotiations, the newest first, without their results")
  Page<RenegotiationView> list(PageRequest page) {
    List<RenegotiationView> found =
        renegotiations.list(page.cursor(), page.size() + 1).stream()
            .map(job -> job.view(false))
            .toList();
    return Page.of(found, page, RenegotiationView::id);
  }

  @GetMapping("/{id}")
  @Operation(summary = "Shows a renegotiation with the result of each connection")
  RenegotiationView get(@PathVariable String id) {
    return find(id).view(true);
  }

  @DeleteMapping("/{id}")
  @Operation(summary = "Cancels a renegotiation: nothing more begins")
  ResponseEntity<Void> cancel(@PathVariable String id) {
    find(id).cancel();
    events.publishEvent(new AuditableAction("cancel", RESOURCE, id, null, null));
    return ResponseEntity.noContent().build();
  }

  private Job find(String id) {
    return renegotiations.find(id).orElseThrow(() -> new NotFoundException("renegotiation", id));
  }
}
