package dev.handfast.access;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Set;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.http.HttpMethod;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.web.filter.OncePerRequestFilter;

/** Publishes changes that were allowed to their caller, but refused or failed. */
class RefusedChanges extends OncePerRequestFilter {

  private static final Set<String> READING =
      Set.of(HttpMethod.GET.name(), HttpMethod.HEAD.name(), HttpMethod.OPTIONS.name());

  private final ApplicationEventPublisher events;

  RefusedChanges(ApplicationEventPublisher events) {
    this.events = events;
  }

  @Override
  protected void doFilterInternal(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    chain.doFilter(request, response);
    int status = response.getStatus();
    Authentication caller = SecurityContextHolder.getContext().getAuthentication();
    if (status >= 400 && caller != null && !READING.contains(request.getMethod())) {
      events.publishEvent(
          new RefusedRequest(
              caller.getName(),
              request.getRemoteAddr(),
              request.getMethod(),
              request.getRequestURI(),
              status));
    }
  }
}
