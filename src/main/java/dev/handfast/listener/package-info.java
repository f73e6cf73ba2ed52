/**
 * Listeners: sockets, the ClientHello gate, relays to upstreams, live connections. The only user of
 * {@code io.netty}.
 */
@NullMarked
package dev.handfast.listener;

import org.jspecify.annotations.NullMarked;
