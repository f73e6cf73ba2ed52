package dev.handfast.replica;

import dev.handfast.web.ProblemType;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpHeaders;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;

/** Says which replicas did not answer. */
@RestControllerAdvice
@Order(Ordered.HIGHEST_PRECEDENCE)
class ReplicaProblems {

  private static final String RETRY_AFTER_SECONDS = "5";

  @ExceptionHandler
  ResponseEntity<ProblemDetail> unreachable(UnreachableReplicasException failure) {
    ProblemDetail problem =
        ProblemType.REPLICAS_UNREACHABLE.detail(String.valueOf(failure.getMessage()));
    problem.setProperty("unreachableReplicas", failure.replicas());
    return ResponseEntity.status(problem.getStatus())
        .header(HttpHeaders.RETRY_AFTER, RETRY_AFTER_SECONDS)
        .body(problem);
  }
}
