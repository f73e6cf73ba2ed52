package dev.handfast.web;

import dev.handfast.configuration.InvalidConfigurationException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.core.MethodParameter;
import org.springframework.stereotype.Component;
import org.springframework.web.bind.support.WebDataBinderFactory;
import org.springframework.web.context.request.NativeWebRequest;
import org.springframework.web.method.support.HandlerMethodArgumentResolver;
import org.springframework.web.method.support.ModelAndViewContainer;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/** Binds a {@link PageRequest} from {@code limit} and {@code cursor}. */
@Component
class PageRequestResolver implements HandlerMethodArgumentResolver, WebMvcConfigurer {

  private static final int MAX_CURSOR_LENGTH = 500;

  @Override
  public void addArgumentResolvers(List<HandlerMethodArgumentResolver> resolvers) {
    resolvers.add(this);
  }

  @Override
  public boolean supportsParameter(MethodParameter parameter) {
    return parameter.getParameterType() == PageRequest.class;
  }

  @Override
  public PageRequest resolveArgument(
      MethodParameter parameter,
      @Nullable ModelAndViewContainer container,
      NativeWebRequest request,
      @Nullable WebDataBinderFactory binders) {
    String cursor = request.getParameter("cursor");
    if (cursor != null && cursor.length() > MAX_CURSOR_LENGTH) {
      throw new InvalidConfigurationException("cursor", "not a nextCursor of this list");
    }
    return new PageRequest(limit(request.getParameter("limit")), cursor);
  }

  private static @Nullable Integer limit(@Nullable String text) {
    if (text == null) {
      return null;
    }
    try {
      return Integer.valueOf(text);
    } catch (NumberFormatException e) {
      throw new InvalidConfigurationException("limit", "not a number (expected: 1..500)");
    }
  }
}
