package dev.handfast.journal;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What to probe.
 *
 * @param host a name or an address
 * @param serverName sent as SNI, and looked for in the server's certificate; the host unless given
 * @param tlsProfile what to offer; {@code intermediate} unless given
 * @param certificate the certificate to answer a CertificateRequest with
 * @param trustBundle whom to trust; the Java platform's CAs unless given
 * @param alpn application protocols to offer
 */
record ProbeRequest(
    @Nullable String host,
    @Nullable Integer port,
    @Nullable String serverName,
    @Nullable String tlsProfile,
    @Nullable String certificate,
    @Nullable String trustBundle,
    @Nullable List<String> alpn) {}
