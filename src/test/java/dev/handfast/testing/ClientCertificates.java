package dev.handfast.testing;

import dev.handfast.testing.Api.Answer;
import dev.handfast.testing.Pki.Issued;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import tools.jackson.databind.json.JsonMapper;

/**
 * A CA of clients, with the trust bundle, policy and listener of a running Handfast that know it.
 */
public final class ClientCertificates {

  private static final JsonMapper JSON = new JsonMapper();

  private final String name;
  private final Issued authority;

  /** A CA; bundle, policy and listener have this name. */
  public ClientCertificates(String name) {
    this.name = name;
    this.authority = Pki.root("CN=" + name + " CA");
  }

  /** The name of bundle, policy and listener. */
  public String name() {
    return name;
  }

  /** A client's certificate with its key in one PEM file. */
  public Client client(Path directory, String commonName) {
    Issued issued =
        Pki.certificate("CN=" + commonName)
            .purposes(KeyPurposeId.id_kp_clientAuth)
            .issue(authority);
    return new Client(issued, issued.write(directory, commonName, authority));
  }

  /** A client's certificate that expires then. */
  public Client client(Path directory, String commonName, Instant notAfter) {
    Issued issued =
        Pki.certificate("CN=" + commonName)
            .valid(Instant.now().minus(Duration.ofDays(1)), notAfter)
            .issue(authority);
    return new Client(issued, issued.write(directory, commonName, authority));
  }

  /** Creates or replaces the bundle; the CRL lists these clients. */
  public void putBundle(Api api, Client... revoked) {
    Issued[] issued = List.of(revoked).stream().map(Client::issued).toArray(Issued[]::new);
    put(
        api,
        "trust-bundles",
        """
        {"name":%s,"certificatesPem":%s,"crlPem":%s,"revocation":"crl","onUnknown":"deny"}\
        """
            .formatted(text(name), text(authority.pem()), text(Pki.pem(authority.crl(issued)))));
  }

  /** Creates or replaces the policy: in this mode, it allows these subjects. */
  public void putPolicy(Api api, String mode, String... allowedSubjects) {
    putPolicyWith(api, mode, "", allowedSubjects);
  }

  /** Creates or replaces the policy with more fields: {@code ,"reauthenticateAfter":"PT1S"}. */
  public void putPolicyWith(Api api, String mode, String moreFields, String... allowedSubjects) {
    String rules =
        List.of(allowedSubjects).stream()
            .map(subject -> "{\"effect\":\"allow\",\"subject\":%s}".formatted(text(subject)))
            .collect(Collectors.joining(","));
    put(
        api,
        "client-auth-policies",
        """
        {"name":%1$s,"mode":"%2$s","trustBundle":%1$s,"defaultEffect":"deny","rules":[%3$s]%4$s}\
        """
            .formatted(text(name), mode, rules, moreFields));
  }

  /** Creates or replaces the listener on any port; more fields: {@code ,"rekeyAfter":{…}}. */
  public void putListener(Api api, String moreFields) {
    putListener(api, "default", moreFields);
  }

  /** Creates or replaces the listener with another server certificate. */
  public void putListener(Api api, String certificate, String moreFields) {
    put(
        api,
        "listeners",
        """
        {"name":%1$s,"address":"127.0.0.1","port":0,"upstream":"inspect:","tlsProfile":"intermediate",
         "certificates":[%2$s]%3$s}\
        """
            .formatted(text(name), text(certificate), moreFields));
  }

  /** The listener with this server certificate and the policy. */
  public void putListenerWithPolicy(Api api, String certificate) {
    putListener(api, certificate, ",\"clientAuthPolicy\":" + text(name));
  }

  private void put(Api api, String collection, String body) {
    Answer replaced = api.put("/api/v1/" + collection + "/" + name, body);
    if (replaced.status() == 404) {
      api.post("/api/v1/" + collection, body).expect(201);
    } else {
      replaced.expect(200);
    }
  }

  private static String text(String value) {
    return JSON.writeValueAsString(value);
  }

  /** A client's certificate, and the file that holds it with its key. */
  public record Client(Issued issued, Path file) {}
}
