package dev.handfast.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.handfast.handshake.Credential;
import dev.handfast.handshake.Step;
import dev.handfast.handshake.StepDetail;
import java.util.Date;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.ocsp.BasicOCSPRespBuilder;
import org.bouncycastle.cert.ocsp.CertificateID;
import org.bouncycastle.cert.ocsp.CertificateStatus;
import org.bouncycastle.cert.ocsp.OCSPRespBuilder;
import org.bouncycastle.cert.ocsp.RespID;
import org.bouncycastle.operator.DigestCalculator;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.operator.jcajce.JcaDigestCalculatorProviderBuilder;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OcspStaplingTest {

  private static final TlsEngines ENGINES = TlsEngines.create();
  private static final TestPki PKI = new TestPki();

  private static ServerCredential stapled() throws Exception {
    TestPki.Identity identity = PKI.server("EC-P256");
    DigestCalculator digest =
        new JcaDigestCalculatorProviderBuilder().build().get(CertificateID.HASH_SHA1);
    X509CertificateHolder issuer = new X509CertificateHolder(PKI.root().certificate().getEncoded());
    CertificateID id = new CertificateID(digest, issuer, identity.certificate().getSerialNumber());
    SubjectPublicKeyInfo key = issuer.getSubjectPublicKeyInfo();
    byte[] response =
        new OCSPRespBuilder()
            .build(
                OCSPRespBuilder.SUCCESSFUL,
                new BasicOCSPRespBuilder(new RespID(key, digest))
                    .addResponse(id, CertificateStatus.GOOD)
                    .build(
                        new JcaContentSignerBuilder("SHA256withECDSA").build(PKI.root().key()),
                        new X509CertificateHolder[0],
                        new Date()))
            .getEncoded();
    return ENGINES.prepare(new Credential("ec", 1, identity.chain(), identity.key(), response));
  }

  @ParameterizedTest
  @ValueSource(strings = {"-tls1_2", "-tls1_3"})
  void theResponseGoesToClientsThatAskForIt(String version) throws Exception {
    ServerCredential credential = stapled();
    try (EngineServer server =
        new EngineServer(
            ENGINES, hello -> EngineServer.settings(TestProfiles.INTERMEDIATE, credential))) {
      String output = OpenSsl.talk(server.port(), "x", "\nX", version, "-status");
      EngineServer.Connection connection = server.awaitConnection();
      assertThat(output).contains("OCSP Response Status: successful", "Cert Status: good");
      assertThat(connection.steps)
          .anySatisfy(
              step ->
                  assertThat(step.detail())
                      .isInstanceOfSatisfying(
                          StepDetail.CertificateSent.class,
                          sent -> assertThat(sent.ocspResponseStapled()).isTrue()));

      OpenSsl.talk(server.port(), "x", "\nX", version);
      assertThat(server.awaitConnection().stepNames()).doesNotContain(Step.CERTIFICATE_STATUS);
    }
  }
}
