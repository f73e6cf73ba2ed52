/**
 * Whether a certificate is revoked: CRLs as given or fetched and kept, OCSP as asked and cached.
 * Knows nothing of policies.
 */
@NullMarked
package dev.handfast.clientauth.revocation;

import org.jspecify.annotations.NullMarked;
