/**
 * Secrets at rest: private keys and session secrets are sealed under the master key before they
 * reach the database. Knows no feature.
 */
@NullMarked
package dev.handfast.secret;

import org.jspecify.annotations.NullMarked;
