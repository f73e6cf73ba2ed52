/** Tests of listeners, with real sockets and clients. */
@NullMarked
package dev.handfast.listener;

import org.jspecify.annotations.NullMarked;
