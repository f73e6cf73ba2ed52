package dev.handfast.access;

import org.springframework.security.core.AuthenticationException;

/** Whether the credentials are valid cannot be found out now: HTTP 503, and no failed log-in. */
final class CredentialsUncheckedException extends AuthenticationException {

  CredentialsUncheckedException(String message) {
    super(message);
  }

  CredentialsUncheckedException(Throwable cause) {
    super("credentials cannot be checked now", cause);
  }
}
