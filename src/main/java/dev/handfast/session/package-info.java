/**
 * Sessions that a later handshake may resume: memory in front of the database, which the replicas
 * share.
 */
@NullMarked
package dev.handfast.session;

import org.jspecify.annotations.NullMarked;
