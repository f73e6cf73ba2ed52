package dev.handfast.certificate;

import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How certificates are kept current.
 *
 * @param directory watched for {@code <name>/tls.crt} and {@code <name>/tls.key}, or null
 * @param directoryPollInterval how often it is read
 * @param renewalCheckInterval how often it is looked for certificates of the local CA to renew
 * @param ocspStapling whether OCSP responses are fetched and stapled
 * @param ocspCheckInterval how often it is looked for responses to fetch
 */
@ConfigurationProperties("handfast.certificates")
record CertificateProperties(
    @Nullable Path directory,
    @DefaultValue("2s") Duration directoryPollInterval,
    @DefaultValue("10s") Duration renewalCheckInterval,
    @DefaultValue("true") boolean ocspStapling,
    @DefaultValue("10s") Duration ocspCheckInterval) {}
