package dev.handfast.clientauth.revocation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.handfast.testing.Pki;
import dev.handfast.testing.Pki.Issued;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Date;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateHolder;
import org.bouncycastle.cert.ocsp.BasicOCSPRespBuilder;
import org.bouncycastle.cert.ocsp.CertificateID;
import org.bouncycastle.cert.ocsp.CertificateStatus;
import org.bouncycastle.cert.ocsp.OCSPResp;
import org.bouncycastle.cert.ocsp.OCSPRespBuilder;
import org.bouncycastle.cert.ocsp.RespID;
import org.bouncycastle.operator.DigestCalculator;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.operator.jcajce.JcaDigestCalculatorProviderBuilder;
import org.junit.jupiter.api.Test;

/** How old an answer without nextUpdate may be: OpenSSL's responder signs none of another time. */
class OcspMessagesTest {

  private final Issued root = Pki.root("CN=Root");
  private final Issued client = Pki.certificate("CN=client").issue(root);
  private final OcspMessages question =
      new OcspMessages(
          client.certificate(),
          root.certificate(),
          new RevocationSettings.Ocsp(null, null, RevocationSettings.Nonce.OPTIONAL));
  private final Instant issued = Instant.now().truncatedTo(ChronoUnit.SECONDS);
  private final Instant twelveHoursLater = issued.plus(Duration.ofHours(12));

  @Test
  void anAnswerWithoutNextUpdateIsBelievedForTwelveHours() throws Exception {
    byte[] answer = answerWithoutNextUpdate();

    assertThat(question.read(answer, issued).status()).isEqualTo(Finding.Status.GOOD);
    OcspMessages.Answer last = question.read(answer, twelveHoursLater);
    assertThat(last.status()).isEqualTo(Finding.Status.GOOD);
    assertThat(last.nextUpdate()).isNull();
    assertThat(last.usableUntil()).isEqualTo(twelveHoursLater);
  }

  @Test
  void anOlderAnswerWithoutNextUpdateIsRefused() throws Exception {
    byte[] answer = answerWithoutNextUpdate();

    assertThatThrownBy(() -> question.read(answer, twelveHoursLater.plusSeconds(1)))
        .isInstanceOf(FetchException.class)
        .hasMessage(
            "its answer is too old (thisUpdate "
                + issued
                + ", no nextUpdate; expected: at most 12 hours ago)");
  }

  private byte[] answerWithoutNextUpdate() throws Exception {
    DigestCalculator digest =
        new JcaDigestCalculatorProviderBuilder().build().get(CertificateID.HASH_SHA1);
    CertificateID id =
        new CertificateID(
            digest,
            new JcaX509CertificateHolder(root.certificate()),
            client.certificate().getSerialNumber());
    return new OCSPRespBuilder()
        .build(
            OCSPResp.SUCCESSFUL,
            new BasicOCSPRespBuilder(
                    new RespID(
                        SubjectPublicKeyInfo.getInstance(root.keys().getPublic().getEncoded()),
                        digest))
                .addResponse(id, CertificateStatus.GOOD, Date.from(issued), null, null)
                .build(
                    new JcaContentSignerBuilder("SHA256withECDSA").build(root.keys().getPrivate()),
                    new X509CertificateHolder[0],
                    Date.from(issued)))
        .getEncoded();
  }
}
