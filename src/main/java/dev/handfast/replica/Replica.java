package dev.handfast.replica;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;

/**
 * A process that shares the database.
 *
 * @param id new with each start
 * @param name host and management port, or what {@code handfast.replicas.name} says
 * @param address host and port of its management API, as it sees itself
 * @param version of Handfast
 * @param lastSeenAt by the database's clock; of the one that answers, by its own
 * @param revision of the configuration that it runs
 * @param configurationInForce whether that is the newest that it has seen
 * @param connections how many live connections it had then
 */
record Replica(
    String id,
    String name,
    State state,
    String address,
    String version,
    Instant startedAt,
    Instant lastSeenAt,
    long revision,
    boolean configurationInForce,
    int connections) {

  boolean isLive() {
    return state != State.SILENT;
  }

  /** How it is doing. */
  enum State {
    /** The one that answers this. */
    @JsonProperty("self")
    SELF,
    @JsonProperty("live")
    LIVE,
    /** It was not heard of for a while, and did not say goodbye. */
    @JsonProperty("silent")
    SILENT
  }
}
