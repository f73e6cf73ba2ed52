package dev.handfast.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.handfast.HandfastApplication;
import dev.handfast.handshake.Credential;
import dev.handfast.testing.FreePort;
import dev.handfast.testing.ManagementTest;
import dev.handfast.testing.Pki;
import dev.handfast.testing.Pki.Issued;
import dev.handfast.testing.TlsClients;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.awaitility.Awaitility;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.DefaultApplicationArguments;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.ssl.DefaultSslBundleRegistry;
import org.springframework.boot.ssl.SslStoreBundle;
import org.springframework.boot.web.server.Ssl;
import org.springframework.boot.web.server.autoconfigure.ServerProperties;
import org.springframework.context.ConfigurableApplicationContext;
import tools.jackson.databind.json.JsonMapper;

class ManagementTlsTest {

  private static final String CERTIFICATE = "/api/v1/certificates/management";
  private static final String BUNDLE = "/api/v1/trust-bundles/staff";

  private final Issued authority = Pki.root("CN=Management CA");
  private final Issued staff = Pki.root("CN=Staff CA");
  private final Issued successor = Pki.root("CN=Next staff CA");
  private final int port = FreePort.next();

  @TempDir private Path files;

  @Test
  void certificateAndClientsAuthorityComeFromTheStoreAndAreFollowed() throws Exception {
    Issued first = server();
    Issued second = server();
    try (ConfigurableApplicationContext gateway = firstStart(first)) {
      assertThat(gateway.isRunning()).isTrue();
      assertThat(served()).isEqualTo(first.certificate().getSerialNumber());
      assertThat(status(client(staff, "admin"), "GET", "/api/v1/users", null)).isEqualTo(200);
      assertThat(status(client(staff, "nobody"), "GET", "/api/v1/users", null)).isEqualTo(401);
      assertThat(status(client(successor, "admin"), "GET", "/api/v1/users", null))
          .isNotEqualTo(200);
      assertThat(status(null, "GET", "/api/v1/users", null)).isEqualTo(401);

      assertThat(status(client(staff, "admin"), "POST", CERTIFICATE + "/versions", upload(second)))
          .isEqualTo(201);
      Awaitility.await()
          .untilAsserted(
              () -> assertThat(served()).isEqualTo(second.certificate().getSerialNumber()));

      assertThat(status(client(staff, "admin"), "PUT", BUNDLE, bundle(successor))).isEqualTo(200);
      Awaitility.await()
          .untilAsserted(
              () ->
                  assertThat(status(client(successor, "admin"), "GET", "/api/v1/users", null))
                      .isEqualTo(200));
      assertThat(status(client(staff, "admin"), "GET", "/api/v1/users", null)).isNotEqualTo(200);
      assertThat(status(client(successor, "admin"), "DELETE", CERTIFICATE, null)).isEqualTo(409);
      assertThat(status(client(successor, "admin"), "DELETE", BUNDLE, null)).isEqualTo(409);
    }
  }

  @Test
  void whatTheStoreHasIsServedFromTheBeginning() throws Exception {
    Issued issued = server();
    DefaultSslBundleRegistry bundles = new DefaultSslBundleRegistry();
    configured(
            "staff",
            server(ManagementTls.BUNDLE, Ssl.ClientAuth.NEED),
            Map.of("management", credential(issued)),
            Map.of("staff", List.of(staff.certificate())))
        .registerBundles(bundles);

    SslStoreBundle stores = bundles.getBundle(ManagementTls.BUNDLE).getStores();
    assertThat(stores.getKeyStore().getCertificate(ManagementTls.BUNDLE))
        .isEqualTo(issued.certificate());
    assertThat(Collections.list(stores.getTrustStore().aliases()))
        .extracting(alias -> stores.getTrustStore().getCertificate(alias))
        .containsExactly(staff.certificate());
  }

  @Test
  void whatTheStoreDoesNotHaveIsNobodysUntilItEndsTheStart() throws Exception {
    DefaultSslBundleRegistry bundles = new DefaultSslBundleRegistry();
    ManagementTls tls =
        configured(
            "staff",
            server(ManagementTls.BUNDLE, Ssl.ClientAuth.WANT),
            Map.of("management", credential(server())),
            Map.of());
    tls.registerBundles(bundles);

    SslStoreBundle stores = bundles.getBundle(ManagementTls.BUNDLE).getStores();
    Certificate placeholder = stores.getKeyStore().getCertificate(ManagementTls.BUNDLE);
    assertThat(((X509Certificate) placeholder).getSubjectX500Principal())
        .hasToString("CN=Handfast is starting");
    assertThat(Collections.list(stores.getTrustStore().aliases()))
        .extracting(alias -> stores.getTrustStore().getCertificate(alias))
        .containsExactly(placeholder);
    assertThatThrownBy(() -> tls.run(new DefaultApplicationArguments()))
        .hasMessage("There is no trust bundle 'staff' (handfast.management-tls.trust-bundle).");
  }

  @Test
  void aCertificateThatThePortDoesNotServeEndsStartUp() {
    assertThatThrownBy(() -> configured(null, server("other", Ssl.ClientAuth.NONE)))
        .hasMessageContaining("the management port does not use it");
    assertThatThrownBy(() -> configured(null, new ServerProperties()))
        .hasMessageContaining("the management port does not use it");
  }

  @Test
  void clientCertificatesOfNoNamedAuthorityEndStartUp() {
    assertThatThrownBy(() -> configured(null, server(ManagementTls.BUNDLE, Ssl.ClientAuth.WANT)))
        .hasMessageContaining("from no authority");
    assertThat(configured("staff", server(ManagementTls.BUNDLE, Ssl.ClientAuth.NEED))).isNotNull();
  }

  private static ManagementTls configured(@Nullable String trustBundle, ServerProperties server) {
    return configured(trustBundle, server, Map.of(), Map.of());
  }

  private static ManagementTls configured(
      @Nullable String trustBundle,
      ServerProperties server,
      Map<String, Credential> certificates,
      Map<String, List<X509Certificate>> trustBundles) {
    return new ManagementTls(
        new ManagementTlsProperties("management", trustBundle),
        server,
        name -> Optional.ofNullable(certificates.get(name)),
        name -> Optional.ofNullable(trustBundles.get(name)));
  }

  private static ServerProperties server(String bundle, Ssl.ClientAuth clientAuth) {
    Ssl ssl = new Ssl();
    ssl.setBundle(bundle);
    ssl.setClientAuth(clientAuth);
    ServerProperties server = new ServerProperties();
    server.setSsl(ssl);
    return server;
  }

  /** On an empty database: the configuration file brings what the port is to serve. */
  private ConfigurableApplicationContext firstStart(Issued issued) throws IOException {
    Path chain = Files.writeString(files.resolve("tls.crt"), issued.pem());
    Path key = Files.writeString(files.resolve("tls.key"), issued.keyPem());
    Path document =
        Files.writeString(
            files.resolve("handfast.yaml"),
            """
            certificates:
              - {name: management, source: upload, certificateChainFile: %s, privateKeyFile: %s}
            trustBundles:
              - %s
            """
                .formatted(chain, key, bundle(staff)));
    return new SpringApplicationBuilder(HandfastApplication.class)
        .run(
            "--server.port=" + port,
            "--server.ssl.bundle=handfast",
            "--server.ssl.client-auth=want",
            "--handfast.management-tls.certificate=management",
            "--handfast.management-tls.trust-bundle=staff",
            "--handfast.configuration-file=" + document,
            "--handfast.configuration.managed-edits=allow",
            "--handfast.data-dir=" + files.resolve("data"),
            "--handfast.admin.password=" + ManagementTest.PASSWORD,
            "--handfast.bootstrap.port=0",
            "--spring.datasource.url=jdbc:h2:mem:management-tls");
  }

  private Issued server() {
    return Pki.certificate("CN=localhost")
        .dns("localhost")
        .purposes(KeyPurposeId.id_kp_serverAuth)
        .issue(authority);
  }

  private static Credential credential(Issued issued) {
    return new Credential(
        "management", 1, List.of(issued.certificate()), issued.keys().getPrivate(), null);
  }

  private static String upload(Issued issued) {
    return "{\"source\":\"upload\",\"certificateChainPem\":%s,\"privateKeyPem\":%s}"
        .formatted(text(issued.pem()), text(issued.keyPem()));
  }

  private static String bundle(Issued authority) {
    return "{\"name\":\"staff\",\"certificatesPem\":%s}".formatted(text(authority.pem()));
  }

  private static String text(String value) {
    return JsonMapper.shared().writeValueAsString(value);
  }

  private SSLContext client(Issued issuer, String name) {
    Issued issued = Pki.certificate("CN=" + name).issue(issuer);
    return TlsClients.trusting(
        authorityFile(),
        issued.keys().getPrivate(),
        new Certificate[] {issued.certificate(), issuer.certificate()});
  }

  private Path authorityFile() {
    try {
      return Files.writeString(files.resolve("authority.pem"), authority.pem());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The serial number of the certificate that a new connection gets. */
  private BigInteger served() throws IOException {
    try (SSLSocket socket = TlsClients.connect(TlsClients.trusting(authorityFile()), port)) {
      return ((X509Certificate) socket.getSession().getPeerCertificates()[0]).getSerialNumber();
    }
  }

  /** Of a call over a new connection; 0 if TLS refused it. */
  private int status(
      @Nullable SSLContext identity, String method, String path, @Nullable String body)
      throws InterruptedException {
    SSLContext context = identity == null ? TlsClients.trusting(authorityFile()) : identity;
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("https://localhost:" + port + path))
            .header("Content-Type", "application/json")
            .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body))
            .build();
    try (HttpClient client = HttpClient.newBuilder().sslContext(context).build()) {
      HttpResponse<Void> answer = client.send(request, BodyHandlers.discarding());
      return answer.statusCode();
    } catch (IOException e) {
      return 0;
    }
  }
}
