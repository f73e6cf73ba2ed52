/** Sessions that a later handshake may resume: memory in front of the database. */
@NullMarked
package dev.handfast.session;

import org.jspecify.annotations.NullMarked;
