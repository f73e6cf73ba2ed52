package dev.handfast.clientauth;

import dev.handfast.handshake.ClientAuthentication.Decision;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A rule ready to be asked.
 *
 * @param number 1 for the policy's first
 */
record PolicyRule(int number, Decision effect, List<Condition> conditions) {

  PolicyRule {
    conditions = List.copyOf(conditions);
  }

  /** What made every condition match, for a sentence; or empty if one does not. */
  Optional<String> match(ClientIdentity client, Resource resource) {
    List<String> evidence = new ArrayList<>();
    for (Condition condition : conditions) {
      Optional<String> matched = condition.match(client, resource);
      if (matched.isEmpty()) {
        return Optional.empty();
      }
      evidence.add(matched.get());
    }
    return Optional.of(evidence.isEmpty() ? "it asks for nothing" : String.join(", ", evidence));
  }

  /** Whether the answer depends on the request's path. */
  boolean asksForPath() {
    return conditions.stream().anyMatch(Condition.Path.class::isInstance);
  }
}
