/**
 * Renegotiation and its TLS 1.3 counterparts on live connections: who is to be re-authenticated, or
 * given fresh keys, why, and how it went.
 */
@NullMarked
package dev.handfast.renegotiation;

import org.jspecify.annotations.NullMarked;
