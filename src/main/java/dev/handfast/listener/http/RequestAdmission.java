package dev.handfast.listener.http;

import dev.handfast.listener.http.RequestTarget.InvalidRequestException;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.util.concurrent.Future;
import java.util.Optional;

/**
 * Decides whether a request may go to the upstream: its target must be one that can be read in one
 * way only and belong to the connection (RFC 9110 section 7.4), and where a path is protected, the
 * client must have proven who it is. Event loop only.
 */
final class RequestAdmission {

  private final HttpConnection connection;
  private final ProtectedPaths paths;

  RequestAdmission(HttpConnection connection, ProtectedPaths paths) {
    this.connection = connection;
    this.paths = paths;
  }

  /** Hears the decision, once, on the event loop: in the call itself or later. */
  interface Outcome {

    void admitted(RequestTarget target);

    void refused(HttpResponseStatus status, String detail);
  }

  void decide(HttpRequest request, Outcome outcome) {
    RequestTarget target;
    try {
      target = RequestTarget.of(request);
    } catch (InvalidRequestException e) {
      outcome.refused(HttpResponseStatus.BAD_REQUEST, e.detail());
      return;
    }
    if (!target.host().isEmpty() && !connection.serves(target.serverName())) {
      outcome.refused(
          HttpResponseStatus.MISDIRECTED_REQUEST,
          "this connection is for another server name: connect with the request's host as one");
      return;
    }
    if (paths.isEmpty()) {
      outcome.admitted(target);
      return;
    }
    if (ProtectedPaths.isAmbiguous(target.path())) {
      outcome.refused(HttpResponseStatus.BAD_REQUEST, "the path can be read in more than one way");
      return;
    }
    Optional<String> policy = paths.policyFor(target.path());
    if (policy.isEmpty()) {
      outcome.admitted(target);
    } else {
      askClient(policy.get(), target, outcome);
    }
  }

  private void askClient(String policy, RequestTarget target, Outcome outcome) {
    connection
        .authorize(policy, target.path())
        .addListener(
            (Future<HttpConnection.Access> answered) -> {
              if (!answered.isSuccess()) {
                outcome.refused(HttpResponseStatus.FORBIDDEN, "access could not be decided");
              } else if (answered.getNow().allowed()) {
                outcome.admitted(target);
              } else {
                outcome.refused(HttpResponseStatus.FORBIDDEN, answered.getNow().howTo());
              }
            });
  }
}
