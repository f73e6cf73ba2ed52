package dev.handfast.web;

import java.util.List;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.MediaType;
import org.springframework.http.converter.AbstractJacksonHttpMessageConverter;
import org.springframework.http.converter.HttpMessageConverter;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/**
 * Bodies are JSON, read strictly. The YAML library on the class path is for configuration documents
 * alone, which are read as text; it must not open a second, lenient way into every endpoint.
 */
@Configuration(proxyBeanMethods = false)
class StrictBodies implements WebMvcConfigurer {

  @Override
  public void extendMessageConverters(List<HttpMessageConverter<?>> converters) {
    converters.removeIf(
        converter ->
            converter instanceof AbstractJacksonHttpMessageConverter<?> jackson
                && jackson.getSupportedMediaTypes().contains(MediaType.APPLICATION_YAML));
  }
}
