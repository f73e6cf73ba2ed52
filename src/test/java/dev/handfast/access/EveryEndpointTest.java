package dev.handfast.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.handfast.testing.Api;
import dev.handfast.testing.ManagementTest;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;

@ManagementTest
class EveryEndpointTest extends EveryEndpoint {

  @LocalServerPort private int port;

  @Autowired
  @Qualifier("requestMappingHandlerMapping")
  private RequestMappingHandlerMapping mappings;

  @Override
  URI management() {
    return URI.create("http://localhost:" + port);
  }

  @Override
  Api administrator() {
    return Api.basic(management(), "admin", ManagementTest.PASSWORD);
  }

  @Test
  void noHandlerAnswersStrangers() {
    List<String> open = new ArrayList<>();
    mappings
        .getHandlerMethods()
        .keySet()
        .forEach(
            mapping ->
                mapping
                    .getPatternValues()
                    .forEach(
                        pattern -> {
                          String path = concrete(pattern);
                          int status = Api.anonymous(management()).get(path).status();
                          if (status != 401) {
                            open.add(path + " " + status);
                          }
                        }));
    assertThat(open).isEmpty();
  }
}
