package dev.handfast.journal;

import dev.handfast.handshake.Negotiation.ServerCertificate;
import dev.handfast.handshake.TlsProfile;
import java.time.Instant;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A simulation's change, ready to be judged by. Immutable.
 *
 * @param profile null: negotiation does not change
 * @param policy null: client authentication does not change
 * @param certificates what the listener proves itself with to clients that ask for a server name;
 *     the name may be null
 */
record SimulationPlan(
    String listener,
    Instant since,
    @Nullable TlsProfile profile,
    @Nullable PolicyJudge policy,
    List<String> applicationProtocols,
    Function<@Nullable String, List<ServerCertificate>> certificates) {}
