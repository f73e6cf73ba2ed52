package dev.handfast.certificate;

import org.jspecify.annotations.Nullable;

/**
 * A certificate's row.
 *
 * @param revision 1, 2, … with every change
 * @param currentVersion null as long as only a request was made
 * @param pendingCsr the request that awaits its signed chain, in PEM, or null
 */
record StoredCertificate(
    String name, long revision, @Nullable Integer currentVersion, @Nullable String pendingCsr) {}
