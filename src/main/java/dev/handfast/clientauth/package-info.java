/** Client authentication: trust bundles, policies, the questions of step 6, and revocation. */
@NullMarked
package dev.handfast.clientauth;

import org.jspecify.annotations.NullMarked;
