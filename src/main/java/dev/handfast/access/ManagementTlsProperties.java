package dev.handfast.access;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * TLS of the management port from Handfast's own store, as the SSL bundle {@code handfast}.
 *
 * @param certificate name of the certificate that the port serves; without it there is no bundle
 * @param trustBundle name of the trust bundle that clients' certificates must chain to
 */
@ConfigurationProperties("handfast.management-tls")
record ManagementTlsProperties(@Nullable String certificate, @Nullable String trustBundle) {}
