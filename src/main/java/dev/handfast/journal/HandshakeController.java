package dev.handfast.journal;

import dev.handfast.configuration.InvalidConfigurationException;
import dev.handfast.web.Page;
import dev.handfast.web.PageRequest;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** {@code /api/v1/handshakes}. */
@RestController
@RequestMapping("/api/v1/handshakes")
class HandshakeController {

  private final Journal journal;
  private final HandshakeQueries queries;
  private final SummaryQuery summaries;

  HandshakeController(Journal journal, HandshakeQueries queries, SummaryQuery summaries) {
    this.journal = journal;
    this.queries = queries;
    this.summaries = summaries;
  }

  /** Records, the newest first. */
  @GetMapping
  Page<HandshakeRecord> list(HandshakeFilter filter, PageRequest page) {
    journal.settle();
    return queries.find(filter, page);
  }

  /** One record. */
  @GetMapping("/{id}")
  HandshakeRecord get(@PathVariable String id) {
    journal.settle();
    return queries.get(id);
  }

  /** Counts by one property, over a window. */
  @GetMapping("/summary")
  Summary summary(
      @RequestParam(defaultValue = "reason") String groupBy,
      @RequestParam(required = false) @Nullable String listener,
      @RequestParam(required = false) @Nullable String since,
      @RequestParam(required = false) @Nullable String until,
      PageRequest page) {
    Dimension dimension = Dimension.of(groupBy);
    @Nullable Instant from = HandshakeFilter.instant("since", since).orElse(null);
    @Nullable Instant to = HandshakeFilter.instant("until", until).orElse(null);
    if (from != null && to != null && to.isBefore(from)) {
      throw new InvalidConfigurationException(
          "until", "%s (expected: not before since, %s)".formatted(until, since));
    }
    journal.settle();
    return summaries.summarise(dimension, listener, from, to, page.size());
  }
}
