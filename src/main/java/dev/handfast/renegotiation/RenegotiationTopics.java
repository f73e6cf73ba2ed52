package dev.handfast.renegotiation;

import dev.handfast.listener.ConnectionInfo;
import dev.handfast.listener.ConnectionSelector;
import dev.handfast.listener.LiveConnection;
import dev.handfast.replica.Topic;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What replicas ask each other about renegotiations: each begins, and knows, its own part. */
final class RenegotiationTopics implements Topic.Source {

  /** Of one replica; more are counted, and can be read at that replica's metrics. */
  private static final int MAX_RESULTS = 10_000;

  private final Function<ConnectionSelector, Stream<LiveConnection>> connections;
  private final PolicyOfConnection policies;
  private final Renegotiations renegotiations;

  private final Topic<Start, RenegotiationView> start =
      new Topic<>("renegotiation-start", Start.class, RenegotiationView.class, this::start);

  private final Topic<Query, Found> list =
      new Topic<>("renegotiations", Query.class, Found.class, this::list);

  private final Topic<String, RenegotiationView> show =
      new Topic<>("renegotiation", String.class, RenegotiationView.class, this::show);

  private final Topic<String, Boolean> cancel =
      new Topic<>("renegotiation-cancel", String.class, Boolean.class, this::cancel);

  RenegotiationTopics(
      Function<ConnectionSelector, Stream<LiveConnection>> connections,
      PolicyOfConnection policies,
      Renegotiations renegotiations) {
    this.connections = connections;
    this.policies = policies;
    this.renegotiations = renegotiations;
  }

  @Override
  public List<Topic<?, ?>> topics() {
    return List.of(start, list, show, cancel);
  }

  /** Begins a replica's part. */
  Topic<Start, RenegotiationView> start() {
    return start;
  }

  /** A replica's part of a page. */
  Topic<Query, Found> list() {
    return list;
  }

  /** A replica's part of a renegotiation. */
  Topic<String, RenegotiationView> show() {
    return show;
  }

  /** Cancels a replica's part; true if it has one. */
  Topic<String, Boolean> cancel() {
    return cancel;
  }

  private RenegotiationView start(Start asked) {
    RenegotiationBody body = asked.body();
    ConnectionSelector selector = Objects.requireNonNull(body.selector());
    Mode mode = body.mode() == null ? Mode.AUTO : body.mode();
    boolean required = Boolean.TRUE.equals(body.requireClientCertificate());
    List<Task> tasks =
        connections
            .apply(selector)
            .<Task>map(connection -> ask(connection, mode, required))
            .toList();
    return renegotiations
        .start(asked.id(), Trigger.API, mode, body.reason(), tasks, task -> {})
        .view(true)
        .atMost(MAX_RESULTS);
  }

  private Task.Ask ask(LiveConnection connection, Mode mode, boolean required) {
    ConnectionInfo info = connection.info();
    return new Task.Ask(connection, mode, policies.of(info).orElse(null), required);
  }

  private Found list(Query query) {
    return new Found(
        renegotiations.list(query.before(), query.limit()).stream()
            .map(job -> job.view(false))
            .toList());
  }

  private @Nullable RenegotiationView show(String id) {
    return renegotiations.find(id).map(job -> job.view(true).atMost(MAX_RESULTS)).orElse(null);
  }

  private @Nullable Boolean cancel(String id) {
    Job job = renegotiations.find(id).orElse(null);
    if (job == null) {
      return null;
    }
    job.cancel();
    return true;
  }

  /** What all replicas are to begin, under one id. */
  record Start(String id, RenegotiationBody body) {}

  /**
   * Which renegotiations are asked for.
   *
   * @param before an id: only older ones; null: from the newest
   */
  record Query(@Nullable String before, int limit) {}

  /** A replica's parts of renegotiations, the newest first. */
  record Found(List<RenegotiationView> items) {}
}
