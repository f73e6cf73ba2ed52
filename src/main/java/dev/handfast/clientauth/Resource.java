package dev.handfast.clientauth;

import org.jspecify.annotations.Nullable;

/**
 * What a client wants.
 *
 * @param serverName of the ClientHello, or null
 * @param path of the HTTP request, or null before there is one
 */
public record Resource(String listener, @Nullable String serverName, @Nullable String path) {}
