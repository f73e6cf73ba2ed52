package dev.handfast.secret;

/**
 * Sealed bytes that cannot be opened: the master key that sealed them is not among those given, or
 * they were changed, or they belong to another secret.
 */
public final class UnopenableSecretException extends RuntimeException {

  UnopenableSecretException(String message) {
    super(message);
  }
}
