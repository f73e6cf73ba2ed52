package dev.handfast.journal;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A handshake as a client sees it.
 *
 * @param address where the probe connected to
 * @param result {@code completed} or {@code failed}
 * @param explanation why it failed, or null
 * @param authenticated whether a client would accept the server: all questions answered {@code yes}
 * @param questions what a client asks about the server (article step 3)
 * @param ocsp the stapled response, or null if none was
 * @param certificateRequested whether the server asked for a client certificate
 */
record ProbeAnswer(
    String host,
    int port,
    @Nullable String address,
    @Nullable String serverName,
    Instant startedAt,
    Duration duration,
    String result,
    @Nullable String explanation,
    @Nullable String protocol,
    @Nullable String cipherSuite,
    @Nullable String group,
    @Nullable String alpn,
    @Nullable String alertSent,
    @Nullable String alertReceived,
    boolean authenticated,
    List<HandshakeRecord.Question> questions,
    List<HandshakeRecord.ClientCertificate> chain,
    String chainPem,
    @Nullable StapledOcsp ocsp,
    boolean certificateRequested,
    boolean certificateSent,
    List<HandshakeRecord.TakenStep> steps) {}
