package dev.handfast.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.handfast.testing.RunningHandfast;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The packaged application has jars for several platforms, and takes that of its own. */
class NativePrimitivesIT {

  @Test
  void thePackagedApplicationUsesNativePrimitives() {
    assumeTrue(
        System.getProperty("os.name").equals("Linux"),
        "native primitives are packaged for Linux only");
    try (RunningHandfast handfast = RunningHandfast.start()) {
      assertThat(handfast.log())
          .containsPattern("Cryptographic primitives: \\[AmazonCorrettoCryptoProvider .*Conscrypt");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "Linux, amd64, linux-x86_64",
    "Linux, aarch64, linux-aarch_64",
    "Mac OS X, aarch64, osx-aarch_64",
    "Mac OS X, x86_64, osx-x86_64"
  })
  void aPlatformIsNamedAsItsArtifactIs(String osName, String osArch, String classifier) {
    assertThat(CorrettoLoader.classifier(osName, osArch)).isEqualTo(classifier);
  }
}
