package dev.handfast.channel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.handfast.testing.CommandLine;
import dev.handfast.testing.FreePort;
import dev.handfast.testing.RequiresTool;
import dev.handfast.testing.RunningHandfast;
import dev.handfast.testing.TlsClients;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;

@RequiresTool("curl")
class DurabilityIT {

  @Test
  void afterKillNineEverythingAcknowledgedIsThereAndListenersComeBack() throws Exception {
    try (RunningHandfast handfast = RunningHandfast.start()) {
      List<String> acknowledged = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        String name = "kept-" + i;
        handfast
            .api()
            .post(
                "/api/v1/certificates",
                """
                {"name":"%s","source":"generate","subject":"CN=%s",
                 "subjectAltNames":["localhost"],"keyType":"EC-P256","validity":"P1D",
                 "issuer":"local-ca"}
                """
                    .formatted(name, name))
            .expect(201);
        acknowledged.add(name);
      }
      int port = FreePort.next();
      handfast
          .api()
          .post(
              "/api/v1/listeners",
              """
              {"name":"kept","address":"127.0.0.1","port":%d,"mode":"tcp","upstream":"inspect:",
               "certificates":["kept-19"],"enabled":true}
              """
                  .formatted(port))
          .expect(201);

      handfast.kill();
      handfast.restart();

      for (String name : acknowledged) {
        handfast.api().get("/api/v1/certificates/" + name).expect(200);
      }
      try (SSLSocket client = TlsClients.connect(TlsClients.trusting(handfast.caFile()), port)) {
        assertThat(TlsClients.inspect(client)).contains("\"certificate\":\"kept-19\"");
      }
      String curl =
          CommandLine.run(
                  "curl",
                  "-sS",
                  "--cacert",
                  handfast.caFile().toString(),
                  "https://localhost:" + handfast.channelPort() + "/")
              .all();
      assertThat(curl).contains("\"protocol\":\"TLSv1.3\"");
    }
  }
}
