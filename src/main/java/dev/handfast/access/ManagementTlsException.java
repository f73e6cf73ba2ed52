package dev.handfast.access;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** The management port cannot have TLS as configured; start-up ends. */
final class ManagementTlsException extends RuntimeException {

  private final String action;

  ManagementTlsException(String message, String action) {
    super(message);
    this.action = action;
  }

  /** Says what to do, in place of a stack trace. */
  static final class Analyzer extends AbstractFailureAnalyzer<ManagementTlsException> {

    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, ManagementTlsException cause) {
      return new FailureAnalysis(cause.getMessage(), cause.action, cause);
    }
  }
}
