package dev.handfast.access;

/** The configured password is too short; start-up ends. */
final class WeakAdministratorPasswordException extends RuntimeException {

  WeakAdministratorPasswordException(int length, int shortest) {
    super(
        "handfast.admin.password: %d characters (expected: %d or more)"
            .formatted(length, shortest));
  }
}
