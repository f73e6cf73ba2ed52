package dev.handfast.handshake;

/**
 * Why a handshake cannot complete.
 *
 * @param explanation a sentence made from evidence, for the operator and never for the client:
 *     {@code offered TLS 1.0; profile intermediate accepts TLS 1.2 to 1.3}
 */
public record Failure(Reason reason, String explanation) {}
