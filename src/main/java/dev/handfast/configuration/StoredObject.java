package dev.handfast.configuration;

import java.time.Instant;

/**
 * A named object as stored.
 *
 * @param revision 1, 2, … per object, its ETag
 */
public record StoredObject<T>(String name, long revision, T value, Instant updatedAt) {}
