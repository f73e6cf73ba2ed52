package dev.handfast.fuzzing;

import dev.handfast.certificate.CertificateInputFuzz;
import dev.handfast.clientauth.TrustInputFuzz;
import dev.handfast.clientauth.revocation.OcspResponseFuzz;
import dev.handfast.configuration.ConfigurationDocumentFuzz;
import dev.handfast.engine.ServerEngineFuzz;
import dev.handfast.handshake.ClientHelloFuzz;
import dev.handfast.listener.ProxyHeaderFuzz;
import dev.handfast.listener.http.HttpRequestFuzz;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** What is fuzzed. Each has its seeds, and what once broke it, under {@code src/test/fuzz}. */
enum FuzzTarget {
  CLIENT_HELLO(ClientHelloFuzz.class, ClientHelloFuzz::fuzzerTestOneInput),
  SERVER_ENGINE(ServerEngineFuzz.class, ServerEngineFuzz::fuzzerTestOneInput),
  PROXY_HEADER(ProxyHeaderFuzz.class, ProxyHeaderFuzz::fuzzerTestOneInput),
  HTTP_REQUEST(HttpRequestFuzz.class, HttpRequestFuzz::fuzzerTestOneInput),
  CERTIFICATE_INPUT(CertificateInputFuzz.class, CertificateInputFuzz::fuzzerTestOneInput),
  TRUST_INPUT(TrustInputFuzz.class, TrustInputFuzz::fuzzerTestOneInput),
  OCSP_RESPONSE(OcspResponseFuzz.class, OcspResponseFuzz::fuzzerTestOneInput),
  CONFIGURATION(ConfigurationDocumentFuzz.class, ConfigurationDocumentFuzz::fuzzerTestOneInput);

  private final Class<?> type;
  private final Consumer<byte[]> once;

  FuzzTarget(Class<?> type, Consumer<byte[]> once) {
    this.type = type;
    this.once = once;
  }

  /** Tries one input; what it throws is a finding. */
  void run(byte[] input) {
    once.accept(input);
  }

  /** The class with {@code fuzzerTestOneInput}. */
  String className() {
    return type.getName();
  }

  /** The directory of its seeds. */
  Path corpus() {
    return Path.of("src", "test", "fuzz", name().toLowerCase(Locale.ROOT).replace('_', '-'))
        .toAbsolutePath();
  }

  List<Path> seeds() {
    try (Stream<Path> files = Files.list(corpus())) {
      return files.sorted().toList();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
