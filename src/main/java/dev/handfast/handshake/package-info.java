/**
 * The vocabulary of a TLS handshake: what a client offers, what is decided, which steps were taken,
 * why one failed; and the ports through which the engine asks for decisions. Knows only the JDK.
 */
@NullMarked
package dev.handfast.handshake;

import org.jspecify.annotations.NullMarked;
