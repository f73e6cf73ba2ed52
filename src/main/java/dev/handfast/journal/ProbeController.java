package dev.handfast.journal;

import java.net.URI;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** {@code /api/v1/probes}. Only administrators get here. */
@RestController
@RequestMapping("/api/v1/probes")
class ProbeController {

  private static final long MINUTE = TimeUnit.MINUTES.toNanos(1);

  private final Probes probes;
  private final ProbeLimits limits;
  private final Deque<Long> lastMinute = new ArrayDeque<>();

  ProbeController(Probes probes, ProbeLimits limits) {
    this.probes = probes;
    this.limits = limits;
  }

  /** Does a handshake as a client, and says what it saw. */
  @PostMapping
  ResponseEntity<?> probe(@RequestBody ProbeRequest request) {
    return admitted() ? ResponseEntity.ok(probes.probe(request)) : tooMany();
  }

  private boolean admitted() {
    long now = System.nanoTime();
    synchronized (lastMinute) {
      while (!lastMinute.isEmpty() && now - lastMinute.getFirst() > MINUTE) {
        lastMinute.removeFirst();
      }
      if (lastMinute.size() >= limits.perMinute()) {
        return false;
      }
      lastMinute.addLast(now);
      return true;
    }
  }

  private ResponseEntity<ProblemDetail> tooMany() {
    ProblemDetail problem =
        ProblemDetail.forStatusAndDetail(
            HttpStatus.TOO_MANY_REQUESTS,
            "%d probes were made within a minute (handfast.probes.per-minute)"
                .formatted(limits.perMinute()));
    problem.setType(URI.create("urn:handfast:problem:too-many-probes"));
    problem.setTitle("Too many probes");
    return ResponseEntity.status(HttpStatus.TOO_MANY_REQUESTS)
        .header(HttpHeaders.RETRY_AFTER, "60")
        .contentType(MediaType.APPLICATION_PROBLEM_JSON)
        .body(problem);
  }
}
