package dev.handfast.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.handfast.configuration.AuditableAction;
import dev.handfast.configuration.InvalidConfigurationException;
import dev.handfast.configuration.NotFoundException;
import dev.handfast.handshake.ResumableSession;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.http.HttpMethod;
import org.springframework.mock.web.MockHttpServletResponse;
import org.springframework.test.web.servlet.MockMvc;
import org.springframework.test.web.servlet.request.MockMvcRequestBuilders;
import org.springframework.test.web.servlet.setup.MockMvcBuilders;
import org.springframework.transaction.support.TransactionOperations;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class SessionApiTest {

  private static final JsonMapper JSON = new JsonMapper();

  private final DataSource database =
      Fixtures.migrated(H2SessionStorageTest.h2("api-" + System.nanoTime()));
  private final List<Object> events = new ArrayList<>();
  private final SessionStore store =
      new SessionStore(
          Fixtures.properties(),
          Fixtures.storage(database),
          Fixtures.seal(Fixtures.random(32)),
          Fixtures.invalidationLog(database),
          new SimpleMeterRegistry(),
          InstantSource.system());
  private final MockMvc api =
      MockMvcBuilders.standaloneSetup(
              new SessionApi(store, TransactionOperations.withoutTransaction(), events::add, JSON))
          .build();

  @BeforeEach
  void start() {
    store.start();
  }

  @AfterEach
  void close() {
    store.close();
  }

  @Test
  void aSessionIsShownWithoutAnythingThatResumesIt() throws Exception {
    ResumableSession session = Fixtures.ticket();
    store.sessions().save(session, Fixtures.SCOPE);
    String id = store.sessions().publicId(session);

    JsonNode shown = json(call("GET", "/api/v1/sessions/" + id));

    assertThat(shown.get("id").asString()).isEqualTo(id);
    assertThat(shown.get("listener").asString()).isEqualTo("shop");
    assertThat(shown.get("serverName").asString()).isEqualTo("shop.example");
    assertThat(shown.get("protocol").asString()).isEqualTo("TLSv1.3");
    assertThat(shown.get("cipherSuite").asString()).isEqualTo("TLS_AES_128_GCM_SHA256");
    assertThat(shown.get("clientSubject").asString()).isEqualTo("CN=alice,O=Example");
    assertThat(shown.get("resumptions").asInt()).isZero();
    assertThat(shown.propertyNames())
        .containsExactlyInAnyOrder(
            "id",
            "listener",
            "route",
            "serverName",
            "protocol",
            "cipherSuite",
            "clientSubject",
            "clientFingerprintSha256",
            "clientAuthPolicy",
            "certificate",
            "certificateVersion",
            "createdAt",
            "expiresAt",
            "lastUsedAt",
            "resumptions");
  }

  @Test
  void sessionsAreListedInPagesAndFiltered() throws Exception {
    for (int i = 0; i < 5; i++) {
      store.sessions().save(Fixtures.ticketOf(Fixtures.ALICE), Fixtures.SCOPE);
    }
    store.sessions().save(Fixtures.ticketOf(Fixtures.BOB), Fixtures.SCOPE);

    JsonNode first = json(call("GET", "/api/v1/sessions?limit=4"));
    String cursor = first.get("nextCursor").asString();
    JsonNode second = json(call("GET", "/api/v1/sessions?limit=4&cursor=" + cursor));

    assertThat(first.get("items")).hasSize(4);
    assertThat(second.get("items")).hasSize(2);
    assertThat(second.get("nextCursor").isNull()).isTrue();
    assertThat(
            json(call("GET", "/api/v1/sessions?listener=shop&clientSubject=CN=bob,O=Example"))
                .get("items"))
        .hasSize(1);
    assertThat(json(call("GET", "/api/v1/sessions?listener=none")).get("items")).isEmpty();
  }

  @Test
  void aDeletedSessionIsGoneEverywhereAndAudited() throws Exception {
    ResumableSession session = Fixtures.ticket();
    store.sessions().save(session, Fixtures.SCOPE);
    String id = store.sessions().publicId(session);

    assertThat(call("DELETE", "/api/v1/sessions/" + id).getStatus()).isEqualTo(204);

    assertThat(Fixtures.now(store.sessions().find(Fixtures.offering(session), Fixtures.SCOPE)))
        .isEmpty();
    assertThatThrownBy(() -> call("GET", "/api/v1/sessions/" + id))
        .hasRootCauseInstanceOf(NotFoundException.class)
        .rootCause()
        .hasMessage("there is no session '" + id + "'");
    assertThatThrownBy(() -> call("DELETE", "/api/v1/sessions/" + id))
        .hasRootCauseInstanceOf(NotFoundException.class);
    assertThat(events)
        .singleElement()
        .isInstanceOfSatisfying(
            AuditableAction.class,
            action -> {
              assertThat(action.action()).isEqualTo("delete");
              assertThat(action.resourceType()).isEqualTo("sessions");
              assertThat(action.resourceName()).isEqualTo(id);
            });
  }

  @Test
  void aSessionNamedInUpperCaseIsGoneFromTheMemoryToo() throws Exception {
    ResumableSession session = Fixtures.ticket();
    store.sessions().save(session, Fixtures.SCOPE);
    String id = store.sessions().publicId(session);

    assertThat(call("DELETE", "/api/v1/sessions/" + id.toUpperCase(Locale.ROOT)).getStatus())
        .isEqualTo(204);

    assertThat(Fixtures.now(store.sessions().find(Fixtures.offering(session), Fixtures.SCOPE)))
        .isEmpty();
    assertThat(events)
        .singleElement()
        .isInstanceOfSatisfying(
            AuditableAction.class, action -> assertThat(action.resourceName()).isEqualTo(id));
  }

  @Test
  void aSelectionIsDeletedExactly() throws Exception {
    store.sessions().save(Fixtures.ticketOf(Fixtures.ALICE), Fixtures.SCOPE);
    store.sessions().save(Fixtures.ticketOf(Fixtures.ALICE), Fixtures.SCOPE);
    store.sessions().save(Fixtures.ticketOf(Fixtures.BOB), Fixtures.SCOPE);

    JsonNode answer = json(call("DELETE", "/api/v1/sessions?clientSubject=CN=alice,O=Example"));

    assertThat(answer.get("deleted").asInt()).isEqualTo(2);
    JsonNode left = json(call("GET", "/api/v1/sessions")).get("items");
    assertThat(left).hasSize(1);
    assertThat(left.get(0).get("clientSubject").asString()).isEqualTo("CN=bob,O=Example");
  }

  @Test
  void aDeletionThatSelectsNothingInParticularIsRefused() {
    store.sessions().save(Fixtures.ticket(), Fixtures.SCOPE);

    for (String query : List.of("", "?listner=shop", "?listener=shop&subject=x", "?limit=3")) {
      assertThatThrownBy(() -> call("DELETE", "/api/v1/sessions" + query))
          .as(query)
          .hasRootCauseInstanceOf(InvalidConfigurationException.class);
    }
    assertThat(store.summary().sessions()).isEqualTo(1);
  }

  @Test
  void aForeignCursorIsRefused() {
    for (String cursor : List.of("x", ".", "12", "99999999999999999999.a")) {
      assertThatThrownBy(() -> call("GET", "/api/v1/sessions?cursor=" + cursor))
          .as(cursor)
          .hasRootCauseInstanceOf(InvalidConfigurationException.class)
          .rootCause()
          .hasMessageContaining("expected: the nextCursor of the page before");
    }
  }

  @Test
  void sessionsAreCounted() throws Exception {
    store.sessions().save(Fixtures.ticket(), Fixtures.SCOPE);
    store.sessions().save(Fixtures.tls12(), Fixtures.SCOPE);

    JsonNode summary = json(call("GET", "/api/v1/sessions/summary"));

    assertThat(summary.get("sessions").asInt()).isEqualTo(2);
    assertThat(summary.at("/byListener/shop").asInt()).isEqualTo(2);
    assertThat(summary.at("/byProtocol/TLSv1.2").asInt()).isEqualTo(1);
    assertThat(summary.at("/memory/sessions").asInt()).isEqualTo(2);
    assertThat(summary.at("/memory/bytes").asInt()).isPositive();
  }

  private MockHttpServletResponse call(String method, String uri) throws Exception {
    return api.perform(MockMvcRequestBuilders.request(HttpMethod.valueOf(method), uri))
        .andReturn()
        .getResponse();
  }

  private static JsonNode json(MockHttpServletResponse response) throws Exception {
    assertThat(response.getStatus()).isEqualTo(200);
    return JSON.readTree(response.getContentAsString());
  }
}
