package dev.handfast.listener;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import org.springframework.stereotype.Component;

/**
 * Counts renegotiations and their TLS 1.3 counterparts, whoever began them. Any thread; nothing
 * blocks.
 */
@Component
public class RenegotiationMeters {

  /** The mechanism where none was tried. */
  public static final String NO_MECHANISM = "none";

  static final String CLIENT = "client";
  static final String RESOURCE = "resource";
  static final String RENEGOTIATION = "renegotiation";
  static final String KEY_UPDATE = "key_update";
  static final String POST_HANDSHAKE_AUTH = "post_handshake_auth";

  private final MeterRegistry registry;

  /** Counts in this registry. */
  public RenegotiationMeters(MeterRegistry registry) {
    this.registry = registry;
  }

  /** Counts one connection's. All but the listener's name are codes of a small, fixed set. */
  public void count(String listener, String trigger, String mechanism, String outcome) {
    Counter.builder("handfast.renegotiations")
        .description("Renegotiations and their TLS 1.3 counterparts, per connection")
        .tag("listener", listener)
        .tag("trigger", trigger)
        .tag("mechanism", mechanism)
        .tag("outcome", outcome)
        .register(registry)
        .increment();
  }
}
