package dev.handfast.journal;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.handfast.configuration.NotFoundException;
import dev.handfast.handshake.TimeOrderedId;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.json.JsonMapper;

/**
 * The simulations of this replica: those that run, few at once, and the results of the last hour.
 */
final class Simulations implements DisposableBean {

  private static final int MOST_RUNNING = 2;
  private static final int MOST_KEPT = 100;
  private static final Duration KEPT = Duration.ofHours(1);

  private final JdbcClient jdbc;
  private final JsonMapper json;
  private final HandshakeQueries queries;
  private final InstantSource clock;
  private final Cache<String, Simulation> simulations =
      Caffeine.newBuilder().maximumSize(MOST_KEPT).expireAfterWrite(KEPT).build();

  Simulations(JdbcClient jdbc, JsonMapper json, HandshakeQueries queries, InstantSource clock) {
    this.jdbc = jdbc;
    this.json = json;
    this.queries = queries;
    this.clock = clock;
  }

  /** Starts one; empty if as many run as may. */
  synchronized Optional<Simulation> start(SimulationPlan plan) {
    long running = simulations.asMap().values().stream().filter(Simulation::isRunning).count();
    if (running >= MOST_RUNNING) {
      return Optional.empty();
    }
    HandshakeJudge judge = new HandshakeJudge(plan, new SharedContentReader(jdbc, json));
    String id = TimeOrderedId.at(clock.instant());
    Simulation simulation = new Simulation(id, plan, jdbc, judge, queries);
    simulations.put(id, simulation);
    Thread.ofPlatform().daemon().name("simulation-" + id).start(simulation);
    return Optional.of(simulation);
  }

  /**
   * A simulation that runs here or ended within the last hour.
   *
   * @throws NotFoundException if there is none
   */
  Simulation get(String id) {
    Simulation simulation = simulations.getIfPresent(id);
    if (simulation == null) {
      throw new NotFoundException("simulation", id);
    }
    return simulation;
  }

  @Override
  public void destroy() {
    simulations.asMap().values().forEach(Simulation::cancel);
  }
}
