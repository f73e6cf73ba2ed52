package dev.handfast.journal;

import dev.handfast.configuration.InstantRange;
import dev.handfast.configuration.InvalidConfigurationException;
import dev.handfast.handshake.Handshake;
import dev.handfast.handshake.ProtocolVersion;
import dev.handfast.handshake.Reason;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
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

  /** The condition on the table {@code handshake}. */
  Condition condition() {
    Condition condition = new Condition();
    // The most selective first: its index gives the order.
    condition.equal("reason", reason);
    condition.equal("server_name", serverName == null ? null : serverName.toLowerCase(Locale.ROOT));
    condition.equal("client_address", clientAddress);
    condition.equal("result", result);
    condition.equal("listener", listener);
    condition.equal("protocol", protocol);
    condition.equal("kind", kind);
    instant("since", since).ifPresent(from -> condition.add("started_at >= ?", utc(from)));
    instant("until", until).ifPresent(to -> condition.add("started_at < ?", utc(to)));
    return condition;
  }

  private static OffsetDateTime utc(Instant instant) {
    return instant.atOffset(ZoneOffset.UTC);
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
   * @throws InvalidConfigurationException if it is none, or out of range
   */
  static Optional<Instant> instant(String field, @Nullable String text) {
    if (text == null) {
      return Optional.empty();
    }
    try {
      return Optional.of(InstantRange.require(field, Instant.parse(text)));
    } catch (DateTimeParseException e) {
      throw new InvalidConfigurationException(
          field, "%s (expected: an instant such as 2026-01-31T12:00:00Z)".formatted(text));
    }
  }
}
