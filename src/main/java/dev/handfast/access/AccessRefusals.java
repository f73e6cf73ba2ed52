package dev.handfast.access;

import dev.handfast.web.ProblemType;
import dev.handfast.web.ProblemWriter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.http.HttpHeaders;
import org.springframework.security.access.AccessDeniedException;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.AuthenticationException;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.web.AuthenticationEntryPoint;
import org.springframework.security.web.access.AccessDeniedHandler;

/** Answers 401, 403, and 503 if credentials cannot be checked, as problem details. */
class AccessRefusals implements AuthenticationEntryPoint, AccessDeniedHandler {

  private final ProblemWriter problems;
  private final LoginThrottle throttle;
  private final Users users;
  private final ApplicationEventPublisher events;

  AccessRefusals(
      ProblemWriter problems,
      LoginThrottle throttle,
      Users users,
      ApplicationEventPublisher events) {
    this.problems = problems;
    this.throttle = throttle;
    this.users = users;
    this.events = events;
  }

  @Override
  public void commence(
      HttpServletRequest request, HttpServletResponse response, AuthenticationException refusal)
      throws IOException {
    if (refusal instanceof CredentialsUncheckedException) {
      response.setHeader(HttpHeaders.RETRY_AFTER, "5");
      problems.write(
          response, ProblemType.UNAVAILABLE.detail("Credentials cannot be checked now."));
      return;
    }
    boolean credentialsGiven = request.getHeader(HttpHeaders.AUTHORIZATION) != null;
    if (credentialsGiven) {
      throttle.failed(request);
      publish(request, knownUser(refusal.getAuthenticationRequest()), 401);
    }
    response.addHeader(HttpHeaders.WWW_AUTHENTICATE, "Basic realm=\"Handfast\", charset=\"UTF-8\"");
    response.addHeader(HttpHeaders.WWW_AUTHENTICATE, "Bearer realm=\"Handfast\"");
    problems.write(
        response,
        ProblemType.UNAUTHENTICATED.detail(
            credentialsGiven
                ? "The credentials are not valid."
                : "Give a user name and password (HTTP Basic) or a bearer token."));
  }

  @Override
  public void handle(
      HttpServletRequest request, HttpServletResponse response, AccessDeniedException refusal)
      throws IOException {
    Authentication caller = SecurityContextHolder.getContext().getAuthentication();
    publish(request, caller == null ? null : caller.getName(), 403);
    problems.write(
        response,
        ProblemType.FORBIDDEN.detail(
            "%s %s is not allowed to %s"
                .formatted(
                    request.getMethod(),
                    request.getRequestURI(),
                    caller == null ? "you" : caller.getName())));
  }

  private @Nullable String knownUser(@Nullable Authentication claimed) {
    // An unknown name may be a password that was typed into the wrong field.
    return claimed == null
        ? null
        : users.find(claimed.getName()).map(UserAccount::name).orElse(null);
  }

  private void publish(HttpServletRequest request, @Nullable String principal, int status) {
    events.publishEvent(
        new RefusedRequest(
            principal,
            request.getRemoteAddr(),
            request.getMethod(),
            request.getRequestURI(),
            status));
  }
}
