package dev.handfast.channel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.handfast.testing.HandshakeLoad;
import dev.handfast.testing.RunningHandfast;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/**
 * Attacks with TLS-Attacker on the profile {@code old}: {@code src/test/adversary} makes them, in a
 * process of its own, and this judges the answers and the records.
 */
@ResourceLock(RunningHandfast.SHARED)
class AdversaryIT {

  private static final Pattern RESULT =
      Pattern.compile("^RESULT (\\S+) alerts=(\\S*) socket=(\\S+) random-end=(\\S*)$");
  private static final int ATTACKS = 135;
  private static final Set<String> ENDED = Set.of("CLOSED", "IO_EXCEPTION", "SOCKET_EXCEPTION");

  private static RunningHandfast handfast;
  private static ListenerFixture listener;
  private static Map<String, Answer> answers;
  private static int servedMeanwhile;

  private record Answer(String alerts, String socket, String randomEnd, String reason) {

    /** What an attacker can tell apart. */
    String visible() {
      return alerts + " " + socket;
    }
  }

  @BeforeAll
  static void attack() throws Exception {
    handfast = RunningHandfast.shared();
    handfast
        .api()
        .post(
            "/api/v1/certificates",
            """
            {"name":"adversary","source":"generate","subject":"CN=adversary",
             "subjectAltNames":["localhost"],"keyType":"RSA-2048","validity":"P30D",
             "issuer":"local-ca"}
            """)
        .expect(201);
    listener =
        ListenerFixture.create(
            handfast, "adversary", "adversary", "inspect:", ",\"tlsProfile\":\"old\"");
    Map<String, Matcher> results;
    try (HandshakeLoad clients = HandshakeLoad.on(handfast.caFile(), listener.port(), 2, 250)) {
      results = run(listener.port());
      servedMeanwhile = clients.completed();
    }
    Map<String, String> reasons = reasons();
    answers = new LinkedHashMap<>();
    results.forEach(
        (name, result) ->
            answers.put(
                name,
                new Answer(
                    result.group(2),
                    result.group(3),
                    result.group(4),
                    reasons.getOrDefault(name, ""))));
  }

  @AfterAll
  static void deleteTheListener() {
    listener.close();
  }

  @TestFactory
  Stream<DynamicTest> aMessageOutOfPlaceEndsTheConnectionWithAnAlert() {
    return eachOf(
        "tls1",
        answer -> {
          assertThat(answer.alerts()).isEqualTo("unexpected_message");
          assertThat(ENDED).contains(answer.socket());
        });
  }

  @ParameterizedTest
  @CsvSource({
    "key-exchange-longer, unexpected_message, unexpected_message",
    "key-exchange-shorter, decode_error, malformed_message",
    "key-exchange-huge, illegal_parameter, illegal_parameter",
    "key-exchange-key-length, illegal_parameter, illegal_parameter",
    "key-exchange-no-content, decode_error, malformed_message",
    "finished-12, decrypt_error, finished_not_authentic",
    "finished-13, decrypt_error, finished_not_authentic",
    "tag-12, bad_record_mac, record_not_authentic",
    "tag-13, bad_record_mac, record_not_authentic"
  })
  void aMalformedMessageIsAnsweredAndRecorded(String name, String alert, String reason) {
    Answer answer = answers.get("malformed-" + name);
    assertThat(answer.visible()).isEqualTo(alert + " CLOSED");
    assertThat(answer.reason()).isEqualTo(reason);
  }

  @Test
  void encryptedPreMasterSecretsOfEveryFormAreAnsweredAlike() {
    assertAlike("bleichenbacher", 16, "bad_record_mac", "record_not_authentic");
  }

  @Test
  void wrongPaddingAndWrongMacsOfAFinishedAreAnsweredAlike() {
    assertAlike("padding-cbc-sha-finished", 6, "bad_record_mac", "record_not_authentic");
    assertAlike("padding-cbc-sha256-finished", 6, "bad_record_mac", "record_not_authentic");
  }

  @Test
  void wrongPaddingAndWrongMacsOfDataAreAnsweredAlike() {
    assertAlike("padding-cbc-sha-data", 10, "bad_record_mac", "");
    assertAlike("padding-cbc-sha256-data", 10, "bad_record_mac", "");
  }

  @TestFactory
  Stream<DynamicTest> aPointThatIsNoneIsRefused() {
    return eachOf(
        "point-",
        answer -> {
          assertThat(answer.visible()).isEqualTo("illegal_parameter CLOSED");
          assertThat(answer.reason()).isEqualTo("illegal_parameter");
        });
  }

  /** RFC 8446 section 4.1.3: the last eight bytes of the server's random. */
  @Test
  void anOlderVersionIsMarkedInTheServersRandom() {
    assertThat(answers.get("downgrade-sentinel-12").randomEnd()).isEqualTo("444f574e47524401");
    assertThat(answers.get("downgrade-sentinel-11").randomEnd()).isEqualTo("444f574e47524400");
    assertThat(answers.get("downgrade-sentinel-10").randomEnd()).isEqualTo("444f574e47524400");
  }

  /** RFC 7507. */
  @Test
  void aFallbackIsRefused() {
    assertThat(answers.get("downgrade-fallback").alerts()).isEqualTo("inappropriate_fallback");
    assertThat(answers.get("downgrade-fallback").reason()).isEqualTo("inappropriate_fallback");
  }

  @Test
  void aClientsRenegotiationIsRefusedSecureOrNot() {
    // The listener denies it, and keeps the connection.
    assertThat(answers.get("renegotiation-secure").visible())
        .isEqualTo("warning:no_renegotiation UP");
    assertThat(answers.get("renegotiation-insecure").visible())
        .isEqualTo("warning:no_renegotiation UP");
  }

  @Test
  void noAttackIsRecordedAsAFaultOfOurs() {
    assertThat(answers.values())
        .hasSize(ATTACKS)
        .noneMatch(answer -> answer.reason().equals("internal_error"))
        .noneMatch(answer -> answer.alerts().contains("internal_error"));
  }

  /** Closing them failed if one of them had failed. */
  @Test
  void legitimateClientsAreServedMeanwhile() {
    assertThat(servedMeanwhile).isPositive();
  }

  @Test
  void noConnectionIsLeft() {
    Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> listener.connections() == 0);
  }

  private static Stream<String> cases(String prefix) {
    return answers.keySet().stream().filter(name -> name.startsWith(prefix));
  }

  private static Stream<DynamicTest> eachOf(String prefix, Consumer<Answer> judgement) {
    return cases(prefix)
        .map(name -> DynamicTest.dynamicTest(name, () -> judgement.accept(answers.get(name))));
  }

  private static void assertAlike(String prefix, int count, String alert, String reason) {
    assertThat(cases(prefix + "-").map(name -> answers.get(name).visible()))
        .hasSize(count)
        .as("what an attacker sees: %s", answers)
        .containsOnly(alert + " CLOSED");
    assertThat(cases(prefix + "-").map(name -> answers.get(name).reason())).containsOnly(reason);
  }

  private static Map<String, Matcher> run(int port) throws IOException, InterruptedException {
    Path output = Files.createTempFile(Path.of("target"), "adversary", ".txt");
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-cp",
                Files.readString(Path.of("target", "adversary.classpath")),
                Path.of("src", "test", "adversary", "Adversary.java").toString(),
                Integer.toString(port))
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    if (!process.waitFor(180, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new AssertionError("the adversary still runs:\n" + Files.readString(output));
    }
    Map<String, Matcher> results = new LinkedHashMap<>();
    for (String line : Files.readAllLines(output)) {
      Matcher result = RESULT.matcher(line);
      if (result.matches()) {
        results.put(result.group(1), result);
      }
    }
    assertThat(process.exitValue()).as("%s", Files.readString(output)).isZero();
    return results;
  }

  /** The reason of each attack that failed in its handshake, once all are recorded. */
  private static Map<String, String> reasons() {
    Map<String, String> reasons = new HashMap<>();
    Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .until(
            () -> {
              int before = reasons.size();
              for (JsonNode record :
                  handfast
                      .api()
                      .get("/api/v1/handshakes?limit=500&result=failed&listener=adversary")
                      .expect(200)
                      .json()
                      .at("/items")) {
                reasons.put(
                    record.at("/clientHello/serverName").asString().replace(".example", ""),
                    record.at("/reason").asString());
              }
              return before > 0 && before == reasons.size();
            });
    return reasons;
  }
}
