package dev.handfast.web;

import dev.handfast.configuration.ManagedObjects;
import dev.handfast.configuration.ResourceType;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.Map;
import java.util.Set;
import org.springframework.stereotype.Component;
import org.springframework.web.servlet.HandlerInterceptor;
import org.springframework.web.servlet.HandlerMapping;
import org.springframework.web.servlet.config.annotation.InterceptorRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/**
 * Refuses changes of objects that a configuration document owns before a controller reads their
 * body, so that the answer is the same whatever is sent. Whoever changes an object asks again,
 * within the change: nothing rests on this alone.
 */
@Component
class ManagedEdits implements HandlerInterceptor, WebMvcConfigurer {

  private static final Set<String> READING = Set.of("GET", "HEAD", "OPTIONS");
  private static final String PREFIX = "/api/v1/";
  private static final String NAME = "name";
  private static final String EVALUATIONS = "/evaluations";

  private final ManagedObjects managed;

  ManagedEdits(ManagedObjects managed) {
    this.managed = managed;
  }

  @Override
  public void addInterceptors(InterceptorRegistry registry) {
    registry.addInterceptor(this).addPathPatterns(PREFIX + "**");
  }

  @Override
  public boolean preHandle(
      HttpServletRequest request, HttpServletResponse response, Object handler) {
    // What the mapping matched, and not the path as it was sent: that has many spellings.
    Object pattern = request.getAttribute(HandlerMapping.BEST_MATCHING_PATTERN_ATTRIBUTE);
    Object variables = request.getAttribute(HandlerMapping.URI_TEMPLATE_VARIABLES_ATTRIBUTE);
    if (READING.contains(request.getMethod())
        || pattern == null
        || pattern.toString().endsWith(EVALUATIONS)
        || !(variables instanceof Map<?, ?> values)
        || !(values.get(NAME) instanceof String name)) {
      return true;
    }
    for (ResourceType type : ResourceType.values()) {
      if (pattern.toString().startsWith(PREFIX + type.path() + "/")) {
        managed.requireEditable(type, name);
      }
    }
    return true;
  }
}
