package dev.handfast.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.handfast.testing.ClientCertificates;
import dev.handfast.testing.ClientCertificates.Client;
import dev.handfast.testing.CommandLine;
import dev.handfast.testing.RequiresTool;
import dev.handfast.testing.RunningHandfast;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** OpenSSL resumes its sessions at two replicas on one PostgreSQL. */
@RequiresTool("openssl")
@ResourceLock(TwoReplicas.SHARED)
class SessionResumptionIT {

  private static final TwoReplicas REPLICAS = TwoReplicas.shared();
  private static final RunningHandfast ONE = REPLICAS.one;
  private static final RunningHandfast OTHER = REPLICAS.other;

  @TempDir private Path directory = Path.of("");

  @AfterAll
  static void noBufferHasLeaked() {
    REPLICAS.assertNoLeak();
  }

  @ParameterizedTest
  @ValueSource(strings = {"-tls1_2", "-tls1_3"})
  void aClientResumesWhenItReconnects(String version) {
    ClientCertificates world = listener("reconnect" + version);
    Path session = directory.resolve("session");

    String first = connect(ONE, world, version, "-sess_out", session.toString());
    String second = connect(ONE, world, version, "-sess_in", session.toString());

    assertThat(first).contains("New, ").contains("\"resumed\":false");
    assertThat(second).contains("Reused, ").contains("\"resumed\":true");
  }

  @ParameterizedTest
  @ValueSource(strings = {"-tls1_2", "-tls1_3"})
  void aClientResumesAtAnotherReplicaAndAfterACrash(String version) {
    ClientCertificates world = listener("replica" + version);
    Path first = directory.resolve("first");
    Path second = directory.resolve("second");
    connect(ONE, world, version, "-sess_out", first.toString());
    awaitStored(world);

    String atOther =
        connect(
            OTHER, world, version, "-sess_in", first.toString(), "-sess_out", second.toString());
    assertThat(atOther).contains("Reused, ");

    if (Files.exists(second)) {
      awaitStored(world);
    }
    OTHER.kill();
    OTHER.restart();
    Path offered = version.equals("-tls1_3") ? second : first;
    assertThat(connect(OTHER, world, version, "-sess_in", offered.toString())).contains("Reused, ");
  }

  @Test
  void aTicketIsUsedOnce() {
    ClientCertificates world = listener("once");
    Path session = directory.resolve("session");
    connect(ONE, world, "-tls1_3", "-sess_out", session.toString());

    assertThat(connect(ONE, world, "-tls1_3", "-sess_in", session.toString())).contains("Reused, ");
    assertThat(connect(ONE, world, "-tls1_3", "-sess_in", session.toString())).contains("New, ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"-tls1_2", "-tls1_3"})
  void aSessionIsNotResumedForAnotherServerName(String version) {
    ClientCertificates world = listener("sni" + version);
    Path session = directory.resolve("session");
    connect(ONE, world, version, "-servername", "localhost", "-sess_out", session.toString());

    assertThat(
            connect(
                ONE, world, version, "-servername", "other.test", "-sess_in", session.toString()))
        .contains("New, ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"-tls1_2", "-tls1_3"})
  void aSessionIsNotResumedAtAnotherListener(String version) {
    ClientCertificates here = listener("here" + version);
    ClientCertificates there = listener("there" + version);
    Path session = directory.resolve("session");
    connect(ONE, here, version, "-sess_out", session.toString());

    assertThat(connect(ONE, there, version, "-sess_in", session.toString())).contains("New, ");
    assertThat(connect(ONE, here, version, "-sess_in", session.toString())).contains("Reused, ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"-tls1_2", "-tls1_3"})
  void aRevokedClientDoesNotResume(String version) {
    ClientCertificates world = new ClientCertificates("revoked" + version);
    Client alice = world.client(directory, "alice");
    world.putBundle(ONE.api());
    world.putPolicy(ONE.api(), "request", "CN=alice");
    world.putListenerWithPolicy(ONE.api(), "server");
    Path session = directory.resolve("session");
    String first = connect(ONE, world, version, cert(alice), "-sess_out", session.toString());
    assertThat(first).contains("New, ").contains("CN=alice");

    world.putBundle(ONE.api(), alice);

    String refused = connect(ONE, world, version, cert(alice), "-sess_in", session.toString());
    assertThat(refused).doesNotContain("Reused, ").doesNotContain("\"resumed\":true");
    assertThat(refused).contains("alert");
  }

  @ParameterizedTest
  @ValueSource(strings = {"-tls1_2", "-tls1_3"})
  void aSessionDoesNotOutliveItsPolicy(String version) {
    ClientCertificates world = new ClientCertificates("policy" + version);
    Client alice = world.client(directory, "alice");
    world.putBundle(ONE.api());
    world.putPolicy(ONE.api(), "require", "CN=alice");
    world.putListenerWithPolicy(ONE.api(), "server");
    Path session = directory.resolve("session");
    Path again = directory.resolve("again");
    assertThat(connect(ONE, world, version, cert(alice), "-sess_out", session.toString()))
        .contains("New, ");
    assertThat(
            connect(
                ONE,
                world,
                version,
                cert(alice),
                "-sess_in",
                session.toString(),
                "-sess_out",
                again.toString()))
        .contains("Reused, ")
        .contains("CN=alice");

    world.putPolicy(ONE.api(), "require", "CN=bob");

    Path offered = version.equals("-tls1_3") ? again : session;
    assertThat(connect(ONE, world, version, cert(alice), "-sess_in", offered.toString()))
        .doesNotContain("Reused, ")
        .contains("alert");
  }

  @Test
  void aDeletedSessionIsNotResumedByAnyReplica() {
    ClientCertificates world = listener("deleted");
    Path session = directory.resolve("session");
    connect(ONE, world, "-tls1_2", "-sess_out", session.toString());
    awaitStored(world);
    assertThat(connect(OTHER, world, "-tls1_2", "-sess_in", session.toString()))
        .contains("Reused, ");

    ONE.api().delete("/api/v1/sessions?listener=deleted").expect(200);

    assertThat(connect(ONE, world, "-tls1_2", "-sess_in", session.toString())).contains("New, ");
    await()
        .atMost(TwoReplicas.SOON)
        .untilAsserted(
            () ->
                assertThat(connect(OTHER, world, "-tls1_2", "-sess_in", session.toString()))
                    .contains("New, "));
  }

  @Test
  void lookupsAndSessionsAreCounted() {
    ClientCertificates world = listener("counted");
    Path session = directory.resolve("session");
    connect(ONE, world, "-tls1_2", "-sess_out", session.toString());
    connect(ONE, world, "-tls1_2", "-sess_in", session.toString());

    assertThat(ONE.api().get("/actuator/prometheus").expect(200).text())
        .contains(
            "handfast_session_lookups_total{listener=\"counted\",result=\"hit\",tier=\"memory\"}")
        .contains("handfast_sessions{tier=\"memory\"}")
        .contains("handfast_sessions{tier=\"database\"}");
    JsonNode shown =
        ONE.api().get("/api/v1/sessions?listener=counted").expect(200).json().get("items").get(0);
    assertThat(shown.get("resumptions").asInt()).isEqualTo(1);
  }

  private static ClientCertificates listener(String name) {
    ClientCertificates world = new ClientCertificates(name);
    world.putListener(ONE.api(), "server", "");
    return world;
  }

  private static List<String> cert(Client client) {
    return List.of("-cert", client.file().toString());
  }

  private static String connect(
      RunningHandfast replica, ClientCertificates world, String version, Object... arguments) {
    List<String> command =
        new ArrayList<>(
            List.of(
                "openssl",
                "s_client",
                "-connect",
                "127.0.0.1:" + REPLICAS.port(replica, world.name()),
                "-ign_eof",
                version));
    for (Object argument : arguments) {
      if (argument instanceof List<?> several) {
        several.forEach(one -> command.add(String.valueOf(one)));
      } else {
        command.add(String.valueOf(argument));
      }
    }
    return CommandLine.runWithInput(
            "GET / HTTP/1.1\r\nHost: localhost\r\nAccept: application/json\r\n"
                + "Connection: close\r\n\r\n",
            command.toArray(String[]::new))
        .all();
  }

  /** Until the other replica can find the listener's sessions. */
  private static void awaitStored(ClientCertificates world) {
    await().atMost(TwoReplicas.SOON).until(() -> REPLICAS.stored(world.name()) > 0);
  }
}
