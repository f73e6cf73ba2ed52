package dev.handfast.journal;

import dev.handfast.configuration.InvalidConfigurationException;
import dev.handfast.handshake.Handshake;
import dev.handfast.handshake.ProtocolVersion;
import dev.handfast.handshake.Reason;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Which handshakes are asked for; what is null does not matter. Bound by Spring from the query's
 * parameters of the same names.
 *
 * @param result {@code completed}, {@code failed} or {@code abandoned}
 * @param reason a {@link Reason}'s code
 * @param clientAddress without port
 * @param protocol {@code TLSv1.2} and the like
 * @param kind {@code initial}, {@code renegotiation} or {@code resumption}
 * @param since the earliest begin, ISO-8601
 * @param until the begin from which on handshakes don't count, ISO-8601
 */
record HandshakeFilter(
    @Nullable String result,
    @Nullable String reason,
    @Nullable String listener,
    @Nullable String serverName,
    @Nullable String clientAddress,
    @Nullable String protocol,
    @Nullable String kind,
    @Nullable String since,
    @Nullable String until) {

  HandshakeFilter {
    requireCode("result", result, Arrays.stream(Handshake.Result.values()), Handshake.Result::code);
    requireCode("kind", kind, Arrays.stream(Handshake.Kind.values()), Handshake.Kind::code);
    requireCode(
        "protocol", protocol, Arrays.stream(ProtocolVersion.values()), ProtocolVersion::label);
    if (reason != null && Reason.ofCode(reason).isEmpty()) {
      throw new InvalidConfigurationException(
          "reason", "%s (expected: a code of GET /api/v1/reasons)".formatted(reason));
    }
    instant("since", since);
    instant("until", until);
  }

  /** The condition on the table {@code handshake}; {@code true} without filters. */
  Condition condition() {
    List<String> terms = new ArrayList<>();
    List<Object> parameters = new ArrayList<>();
    equal(terms, parameters, "result", result);
    equal(terms, parameters, "reason", reason);
    equal(terms, parameters, "listener", listener);
    equal(
        terms,
        parameters,
        "server_name",
        serverName == null ? null : serverName.toLowerCase(Locale.ROOT));
    equal(terms, parameters, "client_address", clientAddress);
    equal(terms, parameters, "protocol", protocol);
    equal(terms, parameters, "kind", kind);
    instant("since", since)
        .ifPresent(
            from -> {
              terms.add("started_at >= ?");
              parameters.add(from.atOffset(ZoneOffset.UTC));
            });
    instant("until", until)
        .ifPresent(
            to -> {
              terms.add("started_at < ?");
              parameters.add(to.atOffset(ZoneOffset.UTC));
            });
    return new Condition(terms, parameters);
  }

  /** Terms to be joined by {@code and}, with the parameters in their order. */
  record Condition(List<String> terms, List<Object> parameters) {

    void add(String term, Object... more) {
      terms.add(term);
      parameters.addAll(Arrays.asList(more));
    }

    String sql() {
      return terms.isEmpty() ? "1 = 1" : String.join(" and ", terms);
    }
  }

  private static void equal(
      List<String> terms, List<Object> parameters, String column, @Nullable String value) {
    if (value != null) {
      terms.add(column + " = ?");
      parameters.add(value);
    }
  }

  private static <T> void requireCode(
      String field, @Nullable String found, Stream<T> values, Function<T, String> code) {
    if (found != null) {
      List<String> expected = values.map(code).toList();
      if (!expected.contains(found)) {
        throw new InvalidConfigurationException(
            field, "%s (expected: %s)".formatted(found, String.join(", ", expected)));
      }
    }
  }

  /**
   * A point in time of a query.
   *
   * @throws InvalidConfigurationException if it is none
   */
  static Optional<Instant> instant(String field, @Nullable String text) {
    if (text == null) {
      return Optional.empty();
    }
    try {
      return Optional.of(Instant.parse(text));
    } catch (DateTimeParseException e) {
      throw new InvalidConfigurationException(
          field, "%s (expected: an instant such as 2026-01-31T12:00:00Z)".formatted(text));
    }
  }
}
