package dev.handfast.web;

import dev.handfast.configuration.ManagedObjects;
import dev.handfast.configuration.ResourceType;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import org.springframework.stereotype.Component;
import org.springframework.web.servlet.HandlerInterceptor;
import org.springframework.web.servlet.config.annotation.InterceptorRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/**
 * Refuses changes of objects that a configuration document owns before a controller sees them:
 * those, too, that a feature keeps in tables of its own.
 */
@Component
class ManagedEdits implements HandlerInterceptor, WebMvcConfigurer {

  private static final Set<String> READING = Set.of("GET", "HEAD", "OPTIONS");
  private static final String EVALUATIONS = "evaluations";
  private static final int TYPE = 3;
  private static final int NAME = 4;
  private static final int ACTION = 5;

  private final ManagedObjects managed;

  ManagedEdits(ManagedObjects managed) {
    this.managed = managed;
  }

  @Override
  public void addInterceptors(InterceptorRegistry registry) {
    registry.addInterceptor(this).addPathPatterns("/api/v1/**");
  }

  @Override
  public boolean preHandle(
      HttpServletRequest request, HttpServletResponse response, Object handler) {
    // "", "api", "v1", type, name, action
    String[] segments = request.getRequestURI().split("/", -1);
    if (READING.contains(request.getMethod())
        || segments.length <= NAME
        || segments.length > ACTION && segments[ACTION].equals(EVALUATIONS)) {
      return true;
    }
    Optional<ResourceType> type =
        Arrays.stream(ResourceType.values())
            .filter(candidate -> candidate.path().equals(segments[TYPE]))
            .findFirst();
    type.ifPresent(found -> managed.requireEditable(found, segments[NAME]));
    return true;
  }
}
