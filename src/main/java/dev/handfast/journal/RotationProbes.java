package dev.handfast.journal;

import dev.handfast.certificate.CertificatesChanged;
import dev.handfast.certificate.ServedCertificates;
import dev.handfast.configuration.ConfigurationChanged;
import dev.handfast.configuration.SnapshotOrder;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.context.event.EventListener;
import org.springframework.core.annotation.Order;
import org.springframework.dao.DataAccessException;
import org.springframework.stereotype.Component;

/**
 * Confirms rotations: when a certificate has another version, every own listener that serves it is
 * asked, as a client would, what it really serves. What was seen is kept until the next rotation.
 */
@Component
class RotationProbes implements ServedCertificates, DisposableBean {

  private static final Logger log = LoggerFactory.getLogger(RotationProbes.class);
  private static final int ATTEMPTS = 3;
  private static final Duration PAUSE = Duration.ofSeconds(5);

  private final ServedCheckPlanner planner;
  private final ProbeLimits limits;
  private final InstantSource clock;
  private final MultiGauge figures;
  private final Map<String, List<Served>> seen = new ConcurrentHashMap<>();
  private final Set<String> waiting = ConcurrentHashMap.newKeySet();
  // One at a time: checks are few, and must not be a load of their own.
  private final ScheduledExecutorService checker =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("handfast-rotation-probe").factory());
  private final Set<String> rotated = new HashSet<>();

  RotationProbes(
      ServedCheckPlanner planner, ProbeLimits limits, MeterRegistry registry, InstantSource clock) {
    this.planner = planner;
    this.limits = limits;
    this.clock = clock;
    this.figures =
        MultiGauge.builder("handfast.certificate.served")
            .description(
                "1 if a listener was seen to serve a certificate's version in force after it was"
                    + " rotated, 0 if it served another")
            .register(registry);
  }

  @Override
  public List<Served> of(String certificate) {
    return seen.getOrDefault(certificate, List.of());
  }

  @EventListener
  synchronized void on(CertificatesChanged change) {
    rotated.addAll(change.names());
  }

  /** Checks what was rotated, once listeners have it too, on a thread of their own. */
  @EventListener
  @Order(SnapshotOrder.SERVED_CERTIFICATES)
  synchronized void on(ConfigurationChanged change) {
    if (!seen.isEmpty()) {
      seen.keySet().retainAll(planner.certificatesInUse());
    }
    for (String name : List.copyOf(rotated)) {
      seen.put(name, planner.plan(name).stream().map(ServedCheck::pending).toList());
      if (waiting.add(name)) {
        checker.execute(() -> check(name, 1));
      }
      // Last: what failed above is done again when the change is published again.
      rotated.remove(name);
    }
  }

  private void check(String name, int attempt) {
    waiting.remove(name);
    boolean last = attempt == ATTEMPTS;
    try {
      List<Served> results = new ArrayList<>();
      for (ServedCheck check : planner.plan(name)) {
        results.add(check.run(limits.timeout(), clock.instant()));
      }
      if (last || results.stream().allMatch(RotationProbes::isConfirmed)) {
        keep(name, results);
        return;
      }
    } catch (DataAccessException e) {
      log.warn("Who serves certificate '{}' cannot be read: {}", name, e.getMessage());
    }
    if (!last) {
      checker.schedule(() -> check(name, attempt + 1), PAUSE.toMillis(), TimeUnit.MILLISECONDS);
    }
  }

  private synchronized void keep(String name, List<Served> results) {
    if (waiting.contains(name)) {
      return; // It was rotated again: what was expected is out of date.
    }
    results.forEach(served -> log(name, served));
    seen.replace(name, results);
    figures.register(rows(), true);
  }

  private static void log(String certificate, Served served) {
    String names = served.serverName() == null ? "no name" : served.serverName();
    if (isConfirmed(served)) {
      log.info(
          "Listener {} serves version {} of certificate '{}' to clients that send {}",
          served.listener(),
          served.version(),
          certificate,
          names);
    } else {
      log.warn(
          "Listener {} was not seen to serve version {} of certificate '{}' to clients that send"
              + " {}: {}",
          served.listener(),
          served.version(),
          certificate,
          names,
          served.explanation());
    }
  }

  private List<MultiGauge.Row<?>> rows() {
    Map<Tags, Boolean> confirmed = new HashMap<>();
    seen.forEach(
        (certificate, results) ->
            results.stream()
                .filter(served -> isConfirmed(served) || served.result().equals(Served.MISMATCH))
                .forEach(
                    served ->
                        confirmed.merge(
                            Tags.of("listener", served.listener(), "certificate", certificate),
                            isConfirmed(served),
                            Boolean::logicalAnd)));
    List<MultiGauge.Row<?>> rows = new ArrayList<>();
    confirmed.forEach((tags, all) -> rows.add(MultiGauge.Row.of(tags, all ? 1 : 0)));
    return rows;
  }

  private static boolean isConfirmed(Served served) {
    return served.result().equals(Served.CONFIRMED);
  }

  @Override
  public void destroy() {
    checker.shutdownNow();
  }
}
