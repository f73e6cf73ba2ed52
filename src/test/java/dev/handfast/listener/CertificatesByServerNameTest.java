package dev.handfast.listener;

import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.json.JsonMapper;

/** What a simulation offers the client of a server name is what the listener offers it. */
class CertificatesByServerNameTest {

  private static final ListenerSettings LISTENER =
      JsonMapper.shared()
          .readValue(
              """
              {"name":"shop","certificates":["own"],"routes":[
                {"serverName":"www.shop.example","certificates":["www"]},
                {"serverName":"*.shop.example","certificates":["any"]},
                {"serverName":"plain.shop.example"}]}\
              """,
              ListenerSettings.class);

  @ParameterizedTest
  @CsvSource({
    "www.shop.example, www",
    "blog.shop.example, any",
    "plain.shop.example, own",
    "a.blog.shop.example, own",
    "shop.example, own",
    "*.shop.example, own",
    ", own"
  })
  void theBestRouteDecides(@Nullable String serverName, String certificate) {
    assertThat(LISTENER.certificatesFor(serverName)).containsExactly(certificate);
  }
}
