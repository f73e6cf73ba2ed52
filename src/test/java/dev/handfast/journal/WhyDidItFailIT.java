package dev.handfast.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.handfast.testing.RequiresTool;
import dev.handfast.testing.RunningHandfast;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;

/** Runs the commands of the tour as they are written. */
@RequiresTool({"curl", "jq", "openssl"})
@ResourceLock(RunningHandfast.SHARED)
class WhyDidItFailIT {

  @Test
  void theTourFindsTheReasonAndTheCure() throws Exception {
    RunningHandfast handfast = RunningHandfast.shared();
    Path script = handfast.home().resolve("why-did-it-fail.sh");
    Files.writeString(script, "set -eu\n" + commands());
    ProcessBuilder shell = new ProcessBuilder("bash", script.toString()).redirectErrorStream(true);
    shell.environment().put("API", handfast.managementUri().toString());
    shell.environment().put("CHANNEL", "localhost:" + handfast.channelPort());
    shell.environment().put("PASSWORD", "correct horse battery staple");
    Process process = shell.start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();

    assertThat(process.exitValue()).as(output).isZero();
    assertThat(output)
        .contains("the client cannot connect")
        .contains("\tno_common_version")
        .contains("\"fault\": \"client\"")
        .contains("offered: TLSv1.1")
        .contains("1\tclient_hello")
        .contains("Update the client.")
        .contains("\"wouldStartToComplete\"")
        .contains("the client refuses us")
        .contains("\"alertReceived\": \"unknown_ca\"")
        .contains("the client does not trust the chain we sent: issuer CN=Handfast local root CA")
        .contains("\"result\": \"completed\"");
  }

  private static String commands() throws IOException {
    return Pattern.compile("(?ms)^```sh\\n(.*?)^```")
        .matcher(Files.readString(Path.of("docs/why-did-it-fail.md")))
        .results()
        .map((MatchResult block) -> block.group(1))
        .collect(Collectors.joining("\n"));
  }
}
