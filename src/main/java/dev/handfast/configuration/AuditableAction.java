package dev.handfast.configuration;

import org.jspecify.annotations.Nullable;

/**
 * Published for everything an auditor wants to know, within the transaction that does it.
 *
 * @param action what was done: {@code create}, {@code update}, {@code delete}, {@code rollback},
 *     {@code close}, …
 * @param resourceType the collection's path segment, for example {@code listeners}
 * @param before JSON without secrets, or null
 * @param after JSON without secrets, or null
 */
public record AuditableAction(
    String action,
    String resourceType,
    String resourceName,
    @Nullable String before,
    @Nullable String after) {}
