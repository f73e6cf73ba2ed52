package dev.handfast.channel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.handfast.testing.RunningHandfast;
import dev.handfast.testing.TlsClients;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;

@ResourceLock(RunningHandfast.SHARED)
class RotationIT {

  private static final String GENERATE =
      """
      "source":"generate","subject":"CN=rotated","subjectAltNames":["localhost"],\
      "keyType":"EC-P256","validity":"P30D","issuer":"local-ca"\
      """;

  private final RunningHandfast handfast = RunningHandfast.shared();

  @Test
  void twoHundredRotationsUnderLoadFailNoHandshake() throws Exception {
    handfast
        .api()
        .post("/api/v1/certificates", "{\"name\":\"rotated\"," + GENERATE + "}")
        .expect(201);
    SSLContext context = TlsClients.trusting(handfast.caFile());
    AtomicBoolean rotating = new AtomicBoolean(true);
    AtomicInteger handshakes = new AtomicInteger();
    Set<String> serialNumbers = ConcurrentHashMap.newKeySet();
    try (ListenerFixture listener =
            ListenerFixture.create(handfast, "rotation", "rotated", "inspect:", "");
        ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
      int port = listener.port();
      var running =
          IntStream.range(0, 4)
              .mapToObj(
                  i ->
                      clients.submit(
                          () -> {
                            while (rotating.get()) {
                              try (SSLSocket socket = TlsClients.connect(context, port)) {
                                serialNumbers.add(serialNumber(socket));
                                handshakes.incrementAndGet();
                              }
                            }
                            return null;
                          }))
              .toList();

      for (int i = 0; i < 200; i++) {
        handfast
            .api()
            .post("/api/v1/certificates/rotated/versions", "{" + GENERATE + "}")
            .expect(201);
      }
      rotating.set(false);
      for (Future<?> client : running) {
        client.get();
      }

      try (SSLSocket socket = TlsClients.connect(context, port)) {
        assertThat(serialNumber(socket))
            .isEqualTo(
                handfast
                    .api()
                    .get("/api/v1/certificates/rotated")
                    .json()
                    .at("/serialNumber")
                    .asString());
      }
    }
    assertThat(handshakes.get()).isGreaterThan(200);
    assertThat(serialNumbers).hasSizeGreaterThan(20);
    assertThat(handfast.api().get("/api/v1/certificates/rotated").json().at("/version").intValue())
        .isEqualTo(201);
  }

  private static String serialNumber(SSLSocket socket) throws Exception {
    var certificate =
        (java.security.cert.X509Certificate) socket.getSession().getPeerCertificates()[0];
    return certificate.getSerialNumber().toString(16);
  }
}
