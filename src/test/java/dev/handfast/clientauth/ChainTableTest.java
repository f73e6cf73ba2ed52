package dev.handfast.clientauth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.handfast.handshake.ClientAuthentication;
import dev.handfast.handshake.ClientAuthentication.Decision;
import dev.handfast.testing.CommandLine;
import dev.handfast.testing.Pki;
import dev.handfast.testing.RequiresTool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The table of chains, decided by Handfast and by {@code openssl verify -purpose sslclient}. */
class ChainTableTest {

  @ParameterizedTest
  @MethodSource("chains")
  void isDecidedAsTheTableSays(ChainCase chain) {
    ClientAuthentication decided = decide(chain);

    System.out.println(
        "%s: %s, %s: %s"
            .formatted(
                chain,
                decided.decision(),
                Deciding.stoppedBy(decided),
                Deciding.evidence(decided, Deciding.stoppedBy(decided))));
    assertThat(decided.reason()).isEqualTo(chain.refusal());
    assertThat(decided.decision())
        .isEqualTo(chain.refusal() == null ? Decision.ALLOW : Decision.DENY);
  }

  @RequiresTool("openssl")
  @ParameterizedTest
  @MethodSource("chains")
  void isDecidedAsOpenSslDecides(ChainCase chain, @TempDir Path directory) throws IOException {
    boolean ours = decide(chain).decision() == Decision.ALLOW;

    CommandLine.Output openSsl = verify(chain, directory);

    if (chain.difference() == null) {
      assertThat(openSsl.exitCode() == 0).as(openSsl.all()).isEqualTo(ours);
    } else {
      assertThat(openSsl.exitCode() == 0)
          .as("no longer different: %s", chain.difference())
          .isNotEqualTo(ours);
    }
  }

  @Test
  void thereAreAtLeastSixtyChains() {
    assertThat(chains()).hasSizeGreaterThanOrEqualTo(60);
  }

  private static ClientAuthentication decide(ChainCase chain) {
    Policy policy = Deciding.require(Deciding.bundle(chain.trusted()), "allow");
    return Deciding.decide(policy, Deciding.certificates(chain.sent()));
  }

  private static CommandLine.Output verify(ChainCase chain, Path directory) throws IOException {
    Path client = Files.writeString(directory.resolve("client.pem"), chain.sent().getFirst().pem());
    Path others = Files.writeString(directory.resolve("others.pem"), Pki.pem(chain.sent()));
    Path trusted = Files.writeString(directory.resolve("trusted.pem"), Pki.pem(chain.trusted()));
    return CommandLine.run(
        "openssl",
        "verify",
        "-purpose",
        "sslclient",
        "-no-CApath",
        "-no-CAstore",
        "-CAfile",
        trusted.toString(),
        "-untrusted",
        others.toString(),
        client.toString());
  }

  static Stream<ChainCase> chains() {
    return Table.CHAINS.stream();
  }

  /** Made once: some keys take a second. */
  private static final class Table {

    static final java.util.List<ChainCase> CHAINS =
        Stream.concat(GoodChains.all().stream(), BadChains.all().stream()).toList();
  }
}
