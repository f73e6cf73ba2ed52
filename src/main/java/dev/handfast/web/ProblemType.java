package dev.handfast.web;

import java.net.URI;
import java.util.Locale;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;

/** The kinds of errors that the API answers; each has a stable {@code type} (RFC 9457). */
public enum ProblemType {
  INVALID(HttpStatus.BAD_REQUEST, "The request's content cannot be accepted"),
  BAD_REQUEST(HttpStatus.BAD_REQUEST, "The request is malformed"),
  UNAUTHENTICATED(HttpStatus.UNAUTHORIZED, "Valid credentials are needed"),
  FORBIDDEN(HttpStatus.FORBIDDEN, "Your role does not allow this"),
  NOT_FOUND(HttpStatus.NOT_FOUND, "There is nothing here"),
  METHOD_NOT_ALLOWED(HttpStatus.METHOD_NOT_ALLOWED, "This cannot be done here"),
  NOT_ACCEPTABLE(HttpStatus.NOT_ACCEPTABLE, "None of the accepted media types can be given"),
  ALREADY_EXISTS(HttpStatus.CONFLICT, "The name is taken"),
  IN_USE(HttpStatus.CONFLICT, "Others refer to this"),
  MANAGED(HttpStatus.CONFLICT, "A configuration document owns this"),
  CONFLICT(HttpStatus.CONFLICT, "This conflicts with what is there"),
  UNREADABLE(HttpStatus.CONFLICT, "A newer version of Handfast wrote this"),
  REVISION_MISMATCH(HttpStatus.PRECONDITION_FAILED, "It has changed since it was read"),
  TOO_LARGE(HttpStatus.CONTENT_TOO_LARGE, "The request is too large"),
  UNSUPPORTED_MEDIA_TYPE(HttpStatus.UNSUPPORTED_MEDIA_TYPE, "The media type is not understood"),
  TOO_MANY_ATTEMPTS(HttpStatus.TOO_MANY_REQUESTS, "Too many failed log-ins"),
  INTERNAL(HttpStatus.INTERNAL_SERVER_ERROR, "Handfast failed"),
  REPLICAS_UNREACHABLE(HttpStatus.SERVICE_UNAVAILABLE, "Some replicas did not answer"),
  UNAVAILABLE(HttpStatus.SERVICE_UNAVAILABLE, "The database cannot be used now");

  private static final String PREFIX = "urn:handfast:problem:";

  private final HttpStatus status;
  private final String title;

  ProblemType(HttpStatus status, String title) {
    this.status = status;
    this.title = title;
  }

  /** The HTTP status that goes with it. */
  public HttpStatus status() {
    return status;
  }

  /** The identifier in the field {@code type}: {@code urn:handfast:problem:not-found}. */
  public URI uri() {
    return URI.create(PREFIX + name().toLowerCase(Locale.ROOT).replace('_', '-'));
  }

  /** A problem of this type, with a sentence about this occurrence that holds no secret. */
  public ProblemDetail detail(String sentence) {
    ProblemDetail problem = ProblemDetail.forStatusAndDetail(status, sentence);
    problem.setType(uri());
    problem.setTitle(title);
    return problem;
  }

  /** The most general type with this status. */
  static ProblemType of(int status) {
    return switch (status) {
      case 401 -> UNAUTHENTICATED;
      case 403 -> FORBIDDEN;
      case 404 -> NOT_FOUND;
      case 405 -> METHOD_NOT_ALLOWED;
      case 406 -> NOT_ACCEPTABLE;
      case 409 -> CONFLICT;
      case 412 -> REVISION_MISMATCH;
      case 413 -> TOO_LARGE;
      case 415 -> UNSUPPORTED_MEDIA_TYPE;
      case 429 -> TOO_MANY_ATTEMPTS;
      case 503 -> UNAVAILABLE;
      default -> status >= 400 && status < 500 ? BAD_REQUEST : INTERNAL;
    };
  }
}
