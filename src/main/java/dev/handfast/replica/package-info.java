/**
 * The replicas that share a database: who they are, and how one asks the others. Knows no feature;
 * features bring the topics.
 */
@NullMarked
package dev.handfast.replica;

import org.jspecify.annotations.NullMarked;
