package dev.handfast.journal;

import java.net.URI;
import java.time.Duration;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** {@code /api/v1/simulations}. */
@RestController
@RequestMapping("/api/v1/simulations")
class SimulationController {

  private static final Duration ANSWER_WITHIN = Duration.ofSeconds(10);

  private final SimulationPlanner planner;
  private final Simulations simulations;
  private final Journal journal;

  SimulationController(SimulationPlanner planner, Simulations simulations, Journal journal) {
    this.planner = planner;
    this.simulations = simulations;
    this.journal = journal;
  }

  /**
   * Judges recorded handshakes under a change: 200 with the result if that takes a few seconds,
   * else 202 with the result so far and where to ask again.
   */
  @PostMapping
  ResponseEntity<?> start(@RequestBody SimulationRequest request) throws InterruptedException {
    SimulationPlan plan = planner.plan(request);
    journal.settle();
    Simulation simulation = simulations.start(plan).orElse(null);
    if (simulation == null) {
      return tooMany();
    }
    simulation.await(ANSWER_WITHIN);
    if (!simulation.isRunning()) {
      return ResponseEntity.ok(simulation.result());
    }
    return ResponseEntity.accepted()
        .location(URI.create("/api/v1/simulations/" + simulation.id()))
        .body(simulation.result());
  }

  /** The result so far. */
  @GetMapping("/{id}")
  SimulationResult get(@PathVariable String id) {
    return simulations.get(id).result();
  }

  /** Ends a simulation; what it found so far can still be read. */
  @DeleteMapping("/{id}")
  ResponseEntity<Void> cancel(@PathVariable String id) {
    simulations.get(id).cancel();
    return ResponseEntity.noContent().build();
  }

  private static ResponseEntity<ProblemDetail> tooMany() {
    ProblemDetail problem =
        ProblemDetail.forStatusAndDetail(
            HttpStatus.TOO_MANY_REQUESTS,
            "two simulations run already; wait for one, or cancel it");
    problem.setType(URI.create("urn:handfast:problem:too-many-simulations"));
    problem.setTitle("Too many simulations");
    return ResponseEntity.status(HttpStatus.TOO_MANY_REQUESTS)
        .contentType(MediaType.APPLICATION_PROBLEM_JSON)
        .body(problem);
  }
}
