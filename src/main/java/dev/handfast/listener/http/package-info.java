/** The relay of an {@code http} listener: HTTP/1.1 by Netty's codec, with protected paths. */
@NullMarked
package dev.handfast.listener.http;

import org.jspecify.annotations.NullMarked;
