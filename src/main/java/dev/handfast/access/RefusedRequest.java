package dev.handfast.access;

import org.jspecify.annotations.Nullable;

/**
 * Published when a request was denied, or failed to change something. Never with the request's
 * content.
 *
 * @param principal the caller's name, or the user name that wrong credentials came with if there is
 *     such a user, or null
 * @param status the HTTP status of the answer
 */
public record RefusedRequest(
    @Nullable String principal, String clientAddress, String method, String path, int status) {}
