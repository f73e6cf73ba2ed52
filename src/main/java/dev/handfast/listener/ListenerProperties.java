package dev.handfast.listener;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How listeners run on this instance.
 *
 * @param threads event loops; 0: as many as there are processors
 * @param drainTimeout how long connections may go on after their listener stopped
 * @param upstreamConnectTimeout for TCP, and once more for an upstream's TLS handshake
 * @param retryInterval after which a listener that cannot listen is tried again; doubles up to a
 *     minute
 */
@ConfigurationProperties("handfast.listener")
record ListenerProperties(
    @DefaultValue("0") int threads,
    @DefaultValue("10s") Duration drainTimeout,
    @DefaultValue("5s") Duration upstreamConnectTimeout,
    @DefaultValue("1s") Duration retryInterval) {}
