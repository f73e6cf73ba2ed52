package dev.handfast.web;

import dev.handfast.configuration.AlreadyExistsException;
import dev.handfast.configuration.ConfigurationException;
import dev.handfast.configuration.ConflictException;
import dev.handfast.configuration.Expected;
import dev.handfast.configuration.InUseException;
import dev.handfast.configuration.InvalidConfigurationException;
import dev.handfast.configuration.JsonViolations;
import dev.handfast.configuration.ManagedException;
import dev.handfast.configuration.NotFoundException;
import dev.handfast.configuration.RevisionMismatchException;
import dev.handfast.configuration.UnreadableObjectException;
import dev.handfast.configuration.Violation;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.BeanInstantiationException;
import org.springframework.beans.TypeMismatchException;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.http.converter.HttpMessageNotReadableException;
import org.springframework.security.access.AccessDeniedException;
import org.springframework.security.core.AuthenticationException;
import org.springframework.validation.FieldError;
import org.springframework.web.bind.MethodArgumentNotValidException;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.context.request.WebRequest;
import org.springframework.web.method.annotation.MethodArgumentTypeMismatchException;
import org.springframework.web.servlet.mvc.method.annotation.ResponseEntityExceptionHandler;
import tools.jackson.core.JacksonException;

/** Turns every exception of a controller into problem details. */
@RestControllerAdvice
@Order(Ordered.HIGHEST_PRECEDENCE + 10) // after what features say themselves
class ProblemHandler extends ResponseEntityExceptionHandler {

  private static final Logger LOG = LoggerFactory.getLogger(ProblemHandler.class);
  private static final String RETRY_AFTER_SECONDS = "5";

  @ExceptionHandler
  ResponseEntity<ProblemDetail> refused(ConfigurationException refusal) {
    return answer(problem(refusal));
  }

  /** Thrown by the constructor of a record that is bound from query parameters. */
  @ExceptionHandler
  ResponseEntity<ProblemDetail> notBound(BeanInstantiationException failure) {
    if (failure.getCause() instanceof ConfigurationException refusal) {
      return refused(refusal);
    }
    if (failure.getCause() instanceof IllegalArgumentException why && why.getMessage() != null) {
      return answer(invalid(List.of(new Violation("query", why.getMessage()))));
    }
    return failed(failure);
  }

  @ExceptionHandler
  ResponseEntity<ProblemDetail> failed(Exception failure) {
    if (failure instanceof AccessDeniedException || failure instanceof AuthenticationException) {
      // Spring Security's filter answers these, and knows whether anybody is logged in.
      throw (RuntimeException) failure;
    }
    if (DatabaseFailures.isUnavailable(failure)) {
      LOG.warn("Answered 503: {}", failure.getMessage());
      return ResponseEntity.status(ProblemType.UNAVAILABLE.status())
          .header(HttpHeaders.RETRY_AFTER, RETRY_AFTER_SECONDS)
          .body(ProblemType.UNAVAILABLE.detail("Try again in a few seconds."));
    }
    LOG.error("A call failed", failure);
    return answer(ProblemType.INTERNAL.detail("The log of this instance says more."));
  }

  @Override
  protected ResponseEntity<Object> handleHttpMessageNotReadable(
      HttpMessageNotReadableException failure,
      HttpHeaders headers,
      HttpStatusCode status,
      WebRequest request) {
    List<Violation> violations =
        failure.getCause() instanceof JacksonException json
            ? JsonViolations.of(json)
            : List.of(new Violation("body", "is missing (expected: a document)"));
    return ResponseEntity.badRequest().body(invalid(violations));
  }

  @Override
  protected ResponseEntity<Object> handleTypeMismatch(
      TypeMismatchException failure,
      HttpHeaders headers,
      HttpStatusCode status,
      WebRequest request) {
    String field =
        failure instanceof MethodArgumentTypeMismatchException argument
            ? argument.getName()
            : String.valueOf(failure.getPropertyName());
    return ResponseEntity.badRequest()
        .body(
            invalid(List.of(new Violation(field, Expected.parameter(failure.getRequiredType())))));
  }

  @Override
  protected ResponseEntity<Object> handleMethodArgumentNotValid(
      MethodArgumentNotValidException failure,
      HttpHeaders headers,
      HttpStatusCode status,
      WebRequest request) {
    List<Violation> violations =
        failure.getBindingResult().getFieldErrors().stream()
            .map(ProblemHandler::violation)
            .toList();
    return ResponseEntity.badRequest()
        .body(
            violations.isEmpty()
                ? ProblemType.BAD_REQUEST.detail("The parameters are not accepted.")
                : invalid(violations));
  }

  @Override
  protected @Nullable ResponseEntity<Object> handleExceptionInternal(
      Exception failure,
      @Nullable Object body,
      HttpHeaders headers,
      HttpStatusCode status,
      WebRequest request) {
    if (status.value() >= 500) {
      LOG.error("A call failed", failure);
    }
    ProblemDetail theirs = body instanceof ProblemDetail problem ? problem : null;
    ProblemType type = ProblemType.of(status.value());
    String sentence =
        theirs == null || theirs.getDetail() == null || type == ProblemType.INTERNAL
            ? type.status().getReasonPhrase()
            : theirs.getDetail();
    ProblemDetail ours = type.detail(sentence);
    ours.setStatus(status.value());
    return super.handleExceptionInternal(failure, ours, headers, status, request);
  }

  private static Violation violation(FieldError error) {
    String message =
        error.isBindingFailure() && error.contains(TypeMismatchException.class)
            ? Expected.parameter(error.unwrap(TypeMismatchException.class).getRequiredType())
            : String.valueOf(error.getDefaultMessage());
    return new Violation(error.getField(), message);
  }

  private static ProblemDetail problem(ConfigurationException refusal) {
    String sentence = String.valueOf(refusal.getMessage());
    return switch (refusal) {
      case InvalidConfigurationException invalid -> invalid(invalid.violations());
      case NotFoundException missing -> ProblemType.NOT_FOUND.detail(sentence);
      case AlreadyExistsException taken -> ProblemType.ALREADY_EXISTS.detail(sentence);
      case ConflictException conflict -> ProblemType.CONFLICT.detail(sentence);
      case UnreadableObjectException newer -> ProblemType.UNREADABLE.detail(sentence);
      case RevisionMismatchException changed -> ProblemType.REVISION_MISMATCH.detail(sentence);
      case ManagedException owned -> {
        ProblemDetail problem = ProblemType.MANAGED.detail(sentence);
        problem.setProperty("managedBy", owned.owner());
        yield problem;
      }
      case InUseException inUse -> {
        ProblemDetail problem = ProblemType.IN_USE.detail(sentence);
        problem.setProperty("usedBy", inUse.users());
        yield problem;
      }
    };
  }

  private static ProblemDetail invalid(List<Violation> violations) {
    Violation first = violations.getFirst();
    ProblemDetail problem = ProblemType.INVALID.detail(first.field() + ": " + first.message());
    problem.setProperty("violations", violations);
    return problem;
  }

  private static ResponseEntity<ProblemDetail> answer(ProblemDetail problem) {
    return ResponseEntity.status(problem.getStatus()).body(problem);
  }
}
