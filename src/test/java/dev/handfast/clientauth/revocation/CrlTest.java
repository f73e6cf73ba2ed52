package dev.handfast.clientauth.revocation;

import static dev.handfast.testing.Pki.certificate;
import static dev.handfast.testing.Pki.root;
import static org.assertj.core.api.Assertions.assertThat;

import dev.handfast.clientauth.revocation.Finding.Status;
import dev.handfast.clientauth.revocation.RevocationSettings.Mode;
import dev.handfast.clientauth.revocation.RevocationSettings.Nonce;
import dev.handfast.testing.Pki.Issued;
import java.io.IOException;
import java.security.cert.X509CRL;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.x509.CRLDistPoint;
import org.bouncycastle.asn1.x509.DistributionPoint;
import org.bouncycastle.asn1.x509.DistributionPointName;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.IssuingDistributionPoint;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.junit.jupiter.api.Test;

class CrlTest {

  private final RevocationChecks checks = Revocation.checks();
  private final Issued root = root("CN=Root");
  private final Issued client = certificate("CN=client").issue(root);
  private final Issued other = certificate("CN=other").issue(root);

  @Test
  void whoIsNotListedIsGood() {
    Finding finding = check(root.crl(other));

    assertThat(finding.status()).isEqualTo(Status.GOOD);
    assertThat(finding.evidence())
        .startsWith("the CRL of crlPem[0] (thisUpdate ")
        .endsWith(" does not list 'CN=client'");
  }

  @Test
  void whoIsListedIsRevoked() {
    Finding finding = check(root.crl(other, client));

    assertThat(finding.status()).isEqualTo(Status.REVOKED);
    assertThat(finding.evidence())
        .startsWith("'CN=client' was revoked on ")
        .contains("(KEY_COMPROMISE), says the CRL of crlPem[0]");
  }

  @Test
  void aCrlSignedByTheWrongKeySaysNothing() {
    Issued impostor = root("CN=Root");

    unknown(impostor.crl(), "the CRL of crlPem[0] is not signed by the key of 'CN=Root'");
  }

  @Test
  void aCrlSignedByTheWrongKeyDoesNotHideTheRightOne() {
    Issued impostor = root("CN=Root");

    assertThat(check(impostor.crl(client), root.crl()).status()).isEqualTo(Status.GOOD);
    assertThat(check(impostor.crl(), root.crl(client)).status()).isEqualTo(Status.REVOKED);
  }

  @Test
  void anExpiredCrlSaysNothing() {
    Instant now = Instant.now();

    unknown(
        crl(now.minus(Duration.ofDays(3)), now.minus(Duration.ofDays(1))),
        "the CRL of crlPem[0] expired (nextUpdate ");
  }

  @Test
  void aCrlOfTheFutureSaysNothing() {
    Instant now = Instant.now();

    unknown(
        crl(now.plus(Duration.ofDays(1)), now.plus(Duration.ofDays(3))),
        "the CRL of crlPem[0] is not yet valid (thisUpdate ");
  }

  @Test
  void aCrlWithoutNextUpdateSaysNothing() {
    unknown(
        root.crl(root.keys().getPrivate(), Instant.now(), null, List.of()),
        "the CRL of crlPem[0] has no nextUpdate");
  }

  @Test
  void aCrlOfAnotherIssuerSaysNothing() {
    unknown(root("CN=Elsewhere").crl(client), "there is no CRL of 'CN=Root' for 'CN=client'");
  }

  @Test
  void aCrlOfACaThatMayNotSignCrlsSaysNothing() {
    Issued noCrls =
        certificate("CN=Root")
            .authority()
            .keyUsage(KeyUsage.keyCertSign)
            .key(root.keys())
            .issue(null);

    Finding finding = Revocation.check(checks, Revocation.crl(root.crl()), client, noCrls);

    assertThat(finding.status()).isEqualTo(Status.UNKNOWN);
  }

  @Test
  void aDeltaCrlSaysNothing() {
    unknown(
        with(Extension.deltaCRLIndicator, new ASN1Integer(1)),
        "the CRL of crlPem[0] is a delta, or has an unknown extension");
  }

  @Test
  void aCrlOfOtherKindsOfCertificatesSaysNothing() {
    IssuingDistributionPoint onlyAuthorities =
        new IssuingDistributionPoint(null, false, true, null, false, false);
    IssuingDistributionPoint onlyClients =
        new IssuingDistributionPoint(null, true, false, null, false, false);
    IssuingDistributionPoint indirect =
        new IssuingDistributionPoint(null, false, false, null, true, false);

    unknown(
        with(Extension.issuingDistributionPoint, onlyAuthorities),
        "the CRL of crlPem[0] covers other certificates than 'CN=client'");
    unknown(with(Extension.issuingDistributionPoint, indirect), "covers other certificates");
    assertThat(check(with(Extension.issuingDistributionPoint, onlyClients)).status())
        .isEqualTo(Status.GOOD);
  }

  @Test
  void aPartitionedCrlCountsForThoseWhoNameIt() {
    DistributionPointName name =
        new DistributionPointName(
            new GeneralNames(
                new GeneralName(GeneralName.uniformResourceIdentifier, "http://crl.example/1")));
    Issued named =
        certificate("CN=client")
            .extension(
                Extension.cRLDistributionPoints,
                false,
                new CRLDistPoint(new DistributionPoint[] {new DistributionPoint(name, null, null)}))
            .issue(root);
    X509CRL partition =
        with(
            Extension.issuingDistributionPoint,
            new IssuingDistributionPoint(name, false, false, null, false, false));

    unknown(partition, "covers other certificates");
    assertThat(Revocation.check(checks, Revocation.crl(partition), named, root).status())
        .isEqualTo(Status.GOOD);
  }

  @Test
  void everyCertificateBelowTheAnchorIsChecked() {
    Issued intermediate = certificate("CN=Intermediate").authority().issue(root);
    Issued below = certificate("CN=below").issue(intermediate);
    X509CRL good = intermediate.crl();

    assertThat(path(good, root.crl(), below, intermediate).status()).isEqualTo(Status.GOOD);
    assertThat(path(good, root.crl(intermediate), below, intermediate).evidence())
        .startsWith("'CN=Intermediate' was revoked");
    assertThat(Revocation.check(checks, Revocation.crl(good), below, intermediate, root).evidence())
        .isEqualTo("there is no CRL of 'CN=Root' for 'CN=Intermediate'");
  }

  @Test
  void theClientsOwnAloneIsCheckedWhereOnlyTheLeafIsAsked() {
    Issued intermediate = certificate("CN=Intermediate").authority().issue(root);
    Issued below = certificate("CN=below").issue(intermediate);
    RevocationSettings leaf =
        Revocation.settings(Mode.CRL, false, Nonce.OPTIONAL, null, intermediate.crl());

    assertThat(Revocation.check(checks, leaf, below, intermediate, root).status())
        .isEqualTo(Status.GOOD);
  }

  @Test
  void aCrlThatWasValidWhenItCameSpeaksForTheTimeBefore() {
    CertificateList list = new CertificateList("x", root.crl(client), Instant.now());
    Instant yesterday = Instant.now().minus(Duration.ofDays(1));

    assertThat(list.uselessBecause(client.certificate(), root.certificate(), yesterday)).isEmpty();
  }

  private Finding path(X509CRL first, X509CRL second, Issued below, Issued intermediate) {
    return Revocation.check(checks, Revocation.crl(first, second), below, intermediate, root);
  }

  private void unknown(X509CRL crl, String evidence) {
    Finding finding = check(crl);

    assertThat(finding.status()).isEqualTo(Status.UNKNOWN);
    assertThat(finding.evidence()).contains(evidence);
  }

  private Finding check(X509CRL... crls) {
    return Revocation.check(checks, Revocation.crl(crls), client, root);
  }

  private X509CRL crl(Instant thisUpdate, Instant nextUpdate) {
    return root.crl(root.keys().getPrivate(), thisUpdate, nextUpdate, List.of());
  }

  private X509CRL with(ASN1ObjectIdentifier type, ASN1Encodable value) {
    try {
      Instant now = Instant.now();
      return root.crl(
          root.keys().getPrivate(),
          now.minusSeconds(60),
          now.plusSeconds(3600),
          List.of(new Extension(type, true, value.toASN1Primitive().getEncoded())));
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
