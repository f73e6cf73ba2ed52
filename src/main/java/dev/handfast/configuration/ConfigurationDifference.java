package dev.handfast.configuration;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a document changes, or would change.
 *
 * @param action {@code create}, {@code update} or {@code delete}
 * @param resourceType the collection's path segment
 */
public record ConfigurationDifference(
    String action,
    String resourceType,
    String name,
    @Nullable ObjectNode before,
    @Nullable ObjectNode after) {}
