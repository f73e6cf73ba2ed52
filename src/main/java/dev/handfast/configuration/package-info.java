/**
 * How configuration changes: one at a time, each a transaction with a revision of its own, after
 * which every feature publishes a new immutable snapshot. Knows no feature.
 */
@NullMarked
package dev.handfast.configuration;

import org.jspecify.annotations.NullMarked;
