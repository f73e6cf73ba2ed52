/** Handshake records: kept, counted, queried, explained, and replayed against planned changes. */
@NullMarked
package dev.handfast.journal;

import org.jspecify.annotations.NullMarked;
