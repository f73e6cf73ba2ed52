package dev.handfast.replica;

import java.util.List;

/** What was asked for cannot be said or done without the replicas that did not answer: HTTP 503. */
public final class UnreachableReplicasException extends RuntimeException {

  private final List<String> replicas;

  /**
   * An exception.
   *
   * @param what could not be found or done: {@code connection 'x' was not found}
   * @param replicas their names
   */
  public UnreachableReplicasException(String what, List<String> replicas) {
    super("%s, but not every replica answered: %s".formatted(what, String.join(", ", replicas)));
    this.replicas = List.copyOf(replicas);
  }

  List<String> replicas() {
    return replicas;
  }
}
