package dev.handfast.renegotiation;

import dev.handfast.handshake.TimeOrderedId;
import dev.handfast.listener.RenegotiationMeters;
import dev.handfast.renegotiation.Result.Outcome;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The renegotiations of this process: begun, paced, readable for a while, forgotten when the
 * process ends. Any thread; nothing blocks.
 */
final class Renegotiations {

  private static final Logger LOG = LoggerFactory.getLogger(Renegotiations.class);

  private final Renegotiator renegotiator;
  private final RenegotiationProperties properties;
  private final RenegotiationMeters meters;
  private final InstantSource clock;
  private final Pace pace;
  private final Map<String, Job> jobs = new ConcurrentSkipListMap<>();

  Renegotiations(
      Renegotiator renegotiator,
      RenegotiationProperties properties,
      RenegotiationMeters meters,
      InstantSource clock) {
    this.renegotiator = renegotiator;
    this.properties = properties;
    this.meters = meters;
    this.clock = clock;
    this.pace = new Pace(properties.concurrency(), properties.perSecond());
  }

  /**
   * Begins a renegotiation.
   *
   * @param done told of each task that has ended, on some virtual thread
   */
  Job start(
      Trigger trigger, Mode mode, @Nullable String reason, List<Task> tasks, Consumer<Task> done) {
    return start(newId(), trigger, mode, reason, tasks, done);
  }

  /** An identifier for a renegotiation that several replicas begin. */
  String newId() {
    return TimeOrderedId.at(clock.instant());
  }

  /**
   * Begins this replica's part of a renegotiation.
   *
   * @param id new, of {@link #newId}
   * @param done told of each task that has ended, on some virtual thread
   */
  Job start(
      String id,
      Trigger trigger,
      Mode mode,
      @Nullable String reason,
      List<Task> tasks,
      Consumer<Task> done) {
    Job job =
        new Job(id, trigger, mode, reason, clock.instant(), tasks.size(), properties.keptResults());
    jobs.put(job.id(), job);
    forgetOld(trigger == Trigger.API);
    Thread.ofVirtual()
        .name("handfast-renegotiation")
        .start(() -> run(job, List.copyOf(tasks), done));
    return job;
  }

  Optional<Job> find(String id) {
    return Optional.ofNullable(jobs.get(id));
  }

  /** The newest first. */
  List<Job> list(@Nullable String before, int limit) {
    return jobs.values().stream()
        .filter(job -> before == null || job.id().compareTo(before) < 0)
        .sorted(Comparator.comparing(Job::id).reversed())
        .limit(limit)
        .toList();
  }

  private void run(Job job, List<Task> tasks, Consumer<Task> done) {
    // To end a connection costs no handshake, and those who must go should not wait.
    List<Task> ends = tasks.stream().filter(Task.End.class::isInstance).toList();
    // Their sessions are deleted afterwards, which costs more than to end them. Meanwhile a session
    // lets nobody in whom the policy refuses: it is asked whenever one is offered.
    CompletableFuture<Void> ended =
        allOf(ends.stream().map(task -> begin(job, task, () -> done.accept(task))))
            .whenComplete(
                (all, problem) ->
                    renegotiator.forget(ends.stream().map(Task::connection).toList()));
    List<CompletableFuture<Void>> handshakes = new ArrayList<>();
    for (Task task : tasks) {
      if (task instanceof Task.Ask) {
        pace.enter();
        handshakes.add(
            begin(
                job,
                task,
                () -> {
                  pace.leave();
                  done.accept(task);
                }));
      }
    }
    try {
      allOf(Stream.concat(handshakes.stream(), Stream.of(ended))).join();
    } catch (CompletionException e) {
      LOG.error("Renegotiation {}: not all that follows it could be done", job.id(), e);
    } finally {
      job.finish(clock.instant());
    }
  }

  private CompletableFuture<Void> begin(Job job, Task task, Runnable after) {
    return CompletableFuture.runAsync(
        () -> {
          try {
            perform(job, task);
          } finally {
            after.run();
          }
        },
        Thread.ofVirtual().name("handfast-renegotiation-", 0)::start);
  }

  private static CompletableFuture<Void> allOf(Stream<CompletableFuture<Void>> all) {
    return CompletableFuture.allOf(all.toArray(CompletableFuture[]::new));
  }

  private void perform(Job job, Task task) {
    String listener = task.connection().info().listener();
    Result result;
    if (job.isCancelled()) {
      result = new Result(task.connection().id(), null, Outcome.CANCELLED, null);
    } else {
      try {
        result = renegotiator.perform(task);
      } catch (RuntimeException e) {
        LOG.error("Connection {} could not be renegotiated", task.connection().id(), e);
        result =
            new Result(task.connection().id(), null, Outcome.FAILED, "an error of Handfast's own");
      }
    }
    job.add(result);
    Mechanism mechanism = result.mechanism();
    meters.count(
        listener,
        job.trigger().code(),
        mechanism == null ? RenegotiationMeters.NO_MECHANISM : mechanism.code(),
        result.outcome().code());
  }

  /** Of the operators' jobs and of the rules' so many are kept each; running ones always are. */
  private void forgetOld(boolean api) {
    List<Job> finished =
        jobs.values().stream()
            .filter(job -> (job.trigger() == Trigger.API) == api && job.finished().isDone())
            .toList();
    finished.stream()
        .limit(Math.max(0, finished.size() - properties.keptJobs()))
        .forEach(job -> jobs.remove(job.id()));
  }
}
