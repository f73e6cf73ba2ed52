/**
 * The TLS protocol without input and output: bytes in, bytes out, events out. The only user of
 * {@code org.bouncycastle.tls}. Has no sockets, no threads, and no clock of its own.
 */
@NullMarked
package dev.handfast.engine;

import org.jspecify.annotations.NullMarked;
