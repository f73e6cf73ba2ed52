package dev.handfast.journal;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A planned change of a listener. What is not given does not change.
 *
 * @param tlsProfile the name of a profile, or one to try out
 * @param clientAuthPolicy the name of a policy, or one to try out
 * @param since ISO-8601 instant, or a duration back from now; a day unless given
 */
record SimulationRequest(
    @Nullable String listener,
    @Nullable JsonNode tlsProfile,
    @Nullable JsonNode clientAuthPolicy,
    @Nullable String since) {}
