package dev.handfast.renegotiation;

import dev.handfast.configuration.Violations;
import dev.handfast.listener.ConnectionSelector;
import org.jspecify.annotations.Nullable;

/**
 * What an operator asks for.
 *
 * @param selector which connections; an empty one selects all
 * @param mode {@code auto} unless given
 * @param requireClientCertificate whether a client without an acceptable certificate is
 *     disconnected; false unless given
 * @param reason for the record and the audit log, at most {@value #MAX_REASON} characters
 */
record RenegotiationBody(
    @Nullable ConnectionSelector selector,
    @Nullable Mode mode,
    @Nullable Boolean requireClientCertificate,
    @Nullable String reason) {

  private static final int MAX_REASON = 500;

  void validate() {
    Violations violations = new Violations();
    violations.require(
        selector != null, "selector", "is missing (expected: an object; {} selects everything)");
    violations.require(
        reason == null || reason.length() <= MAX_REASON,
        "reason",
        "%d characters (expected: at most %d)"
            .formatted(reason == null ? 0 : reason.length(), MAX_REASON));
    boolean freshKeysOnly = mode == Mode.KEY_UPDATE;
    violations.require(
        !(freshKeysOnly && Boolean.TRUE.equals(requireClientCertificate)),
        "requireClientCertificate",
        "true with mode key-update, which proves nothing (expected: mode reauthenticate or auto)");
    violations.throwIfAny();
  }
}
