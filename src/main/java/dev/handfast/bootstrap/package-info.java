/**
 * The first start on an empty database: a certificate of the local CA, and a listener that shows
 * callers their own handshake.
 */
@NullMarked
package dev.handfast.bootstrap;

import org.jspecify.annotations.NullMarked;
