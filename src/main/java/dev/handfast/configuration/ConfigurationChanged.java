package dev.handfast.configuration;

/**
 * Published after a change was committed here or seen from another replica. Features replace their
 * snapshot then, in the order of {@link SnapshotOrder}; on the thread that made the change, so that
 * a change that was answered is in force.
 *
 * @param revision the configuration's revision, growing by one with each change
 */
public record ConfigurationChanged(long revision) {}
