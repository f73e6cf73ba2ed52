/**
 * The TLS protocol without input and output: bytes in, bytes out, events out. The only user of
 * {@code org.bouncycastle.tls}. Has no sockets, no threads, and no clock of its own.
 *
 * <p>Read it in this order: {@code HandshakeDecision} decides what a handshake will be, {@code
 * HandshakeRun} holds the decision, {@code ServerCallbacks} and {@code ServerProtocol} have Bouncy
 * Castle execute it, {@code SteppedProtocol} tells its steps, {@code Failures} its end.
 */
@NullMarked
package dev.handfast.engine;

import org.jspecify.annotations.NullMarked;
