package dev.handfast.clientauth.revocation;

import java.time.Duration;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Bounds of what is fetched to learn of revocations.
 *
 * @param connectTimeout of one connection
 * @param ocspTimeout of one OCSP exchange, and of all of one decision
 * @param ocspMaxBytes of one OCSP response
 * @param ocspCacheSize responses kept until their nextUpdate
 * @param ocspRetryAfter how long a responder that failed is not asked again about a certificate
 * @param crlTimeout of fetching one CRL
 * @param crlMaxBytes of one CRL
 * @param crlMaxInterval a CRL is fetched anew after this time at the latest, however far its
 *     nextUpdate is
 * @param crlMinInterval and not earlier than this, nor after a failure
 * @param maxConcurrentFetches over all responders and distribution points
 * @param allowedHosts the only ones that are connected to; empty: any, but for link-local and
 *     multicast addresses
 */
@ConfigurationProperties("handfast.revocation")
public record RevocationProperties(
    @DefaultValue("2s") Duration connectTimeout,
    @DefaultValue("3s") Duration ocspTimeout,
    @DefaultValue("65536") int ocspMaxBytes,
    @DefaultValue("10000") int ocspCacheSize,
    @DefaultValue("15s") Duration ocspRetryAfter,
    @DefaultValue("15s") Duration crlTimeout,
    @DefaultValue("10000000") int crlMaxBytes,
    @DefaultValue("1h") Duration crlMaxInterval,
    @DefaultValue("30s") Duration crlMinInterval,
    @DefaultValue("32") int maxConcurrentFetches,
    @DefaultValue({}) List<String> allowedHosts) {

  public RevocationProperties {
    allowedHosts = List.copyOf(allowedHosts);
  }
}
