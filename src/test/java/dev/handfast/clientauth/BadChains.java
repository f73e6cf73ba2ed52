package dev.handfast.clientauth;

import static dev.handfast.clientauth.ChainCase.bad;
import static dev.handfast.handshake.Reason.CLIENT_CERTIFICATE_EXPIRED;
import static dev.handfast.handshake.Reason.CLIENT_CERTIFICATE_NOT_YET_VALID;
import static dev.handfast.handshake.Reason.CLIENT_CERTIFICATE_UNSUITABLE;
import static dev.handfast.handshake.Reason.CLIENT_CHAIN_INVALID;
import static dev.handfast.handshake.Reason.CLIENT_ISSUER_UNTRUSTED;
import static dev.handfast.testing.Pki.certificate;
import static dev.handfast.testing.Pki.root;

import dev.handfast.testing.Pki;
import dev.handfast.testing.Pki.Issued;
import java.io.ByteArrayInputStream;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.bouncycastle.asn1.DERUTF8String;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;

/** Chains with one thing wrong, and the reason for which they are refused. */
final class BadChains {

  private final Issued root = root("CN=Root");
  private final Issued intermediate = certificate("CN=Intermediate").authority().issue(root);

  static List<ChainCase> all() {
    BadChains chains = new BadChains();
    List<ChainCase> all = new ArrayList<>();
    all.addAll(chains.periods());
    all.addAll(chains.issuers());
    all.addAll(chains.signatures());
    all.addAll(chains.authorities());
    all.addAll(chains.usages());
    all.addAll(chains.names());
    all.addAll(chains.algorithms());
    return all;
  }

  private List<ChainCase> periods() {
    Instant soon = Instant.now().plus(Duration.ofDays(1));
    Instant later = Instant.now().plus(Duration.ofDays(2));
    Issued old = certificate("CN=Old").authority().expired().issue(root);
    Issued early = certificate("CN=Early").authority().valid(soon, later).issue(root);
    Issued oldRoot = certificate("CN=Old Root").authority().expired().issue(null);
    Issued earlyRoot = certificate("CN=Early Root").authority().valid(soon, later).issue(null);
    return List.of(
        bad(
            "expired client",
            CLIENT_CERTIFICATE_EXPIRED,
            List.of(certificate("CN=c").expired().issue(root)),
            root),
        bad(
            "client not yet valid",
            CLIENT_CERTIFICATE_NOT_YET_VALID,
            List.of(certificate("CN=c").valid(soon, later).issue(root)),
            root),
        bad(
            "expired intermediate",
            CLIENT_CERTIFICATE_EXPIRED,
            List.of(certificate("CN=c").issue(old), old),
            root),
        bad(
            "intermediate not yet valid",
            CLIENT_CERTIFICATE_NOT_YET_VALID,
            List.of(certificate("CN=c").issue(early), early),
            root),
        bad(
            "expired root",
            CLIENT_CERTIFICATE_EXPIRED,
            List.of(certificate("CN=c").issue(oldRoot)),
            oldRoot),
        bad(
            "root not yet valid",
            CLIENT_CERTIFICATE_NOT_YET_VALID,
            List.of(certificate("CN=c").issue(earlyRoot)),
            earlyRoot));
  }

  private List<ChainCase> issuers() {
    Issued elsewhere = root("CN=Elsewhere");
    Issued sameName = root("CN=Root");
    Issued client = certificate("CN=c").issue(intermediate);
    KeyPair a = Pki.keyPair("EC");
    KeyPair b = Pki.keyPair("EC");
    Issued loopA =
        certificate("CN=A")
            .authority()
            .key(a)
            .issuerName("CN=B")
            .signedBy(b.getPrivate())
            .withoutKeyIdentifiers()
            .issue(null);
    Issued loopB =
        certificate("CN=B")
            .authority()
            .key(b)
            .issuerName("CN=A")
            .signedBy(a.getPrivate())
            .withoutKeyIdentifiers()
            .issue(null);
    Issued cross = certificate("CN=Cross").authority().issue(elsewhere);
    return List.of(
        bad(
            "unknown CA",
            CLIENT_ISSUER_UNTRUSTED,
            List.of(certificate("CN=c").issue(elsewhere)),
            root),
        bad(
            "unknown CA that comes along",
            CLIENT_ISSUER_UNTRUSTED,
            List.of(certificate("CN=c").issue(elsewhere), elsewhere),
            root),
        bad("no intermediate", CLIENT_ISSUER_UNTRUSTED, List.of(client), root),
        bad("another intermediate", CLIENT_ISSUER_UNTRUSTED, List.of(client, cross), root),
        bad("self-signed", CLIENT_ISSUER_UNTRUSTED, List.of(certificate("CN=c").issue(null)), root),
        bad(
            "self-signed under the root's name",
            CLIENT_ISSUER_UNTRUSTED,
            List.of(certificate("CN=Root").issue(null)),
            root),
        bad(
            "a CA named like the trusted one",
            CLIENT_ISSUER_UNTRUSTED,
            List.of(certificate("CN=c").issue(sameName)),
            root),
        bad(
            "a CA named like the trusted one that comes along",
            CLIENT_ISSUER_UNTRUSTED,
            List.of(certificate("CN=c").issue(sameName), sameName),
            root),
        bad(
            "an intermediate named like the trusted root",
            CLIENT_ISSUER_UNTRUSTED,
            List.of(
                certificate("CN=c").issue(cross),
                certificate("CN=Cross").authority().key(cross.keys()).issue(sameName)),
            root),
        bad(
            "two CAs that issued each other",
            CLIENT_ISSUER_UNTRUSTED,
            List.of(certificate("CN=c").withoutKeyIdentifiers().issue(loopA), loopA, loopB),
            root));
  }

  private List<ChainCase> signatures() {
    Issued client = certificate("CN=c").issue(intermediate);
    KeyPair other = Pki.keyPair("EC");
    Issued forged =
        certificate("CN=Intermediate")
            .authority()
            .key(intermediate.keys())
            .signedBy(other.getPrivate())
            .issue(root);
    return List.of(
        bad(
            "signed by another key",
            CLIENT_CHAIN_INVALID,
            List.of(certificate("CN=c").signedBy(other.getPrivate()).issue(root)),
            root),
        bad(
            "a CA named like the trusted one, no key identifiers",
            CLIENT_CHAIN_INVALID,
            List.of(certificate("CN=c").withoutKeyIdentifiers().issue(root("CN=Root"))),
            root),
        bad(
            "intermediate signed by another key",
            CLIENT_CHAIN_INVALID,
            List.of(client, forged),
            root),
        bad(
            "a bit of the client's signature changed",
            CLIENT_CHAIN_INVALID,
            List.of(flip(client, -1), intermediate),
            root),
        bad(
            "a bit of the intermediate's signature changed",
            CLIENT_CHAIN_INVALID,
            List.of(client, flip(intermediate, -1)),
            root));
  }

  private List<ChainCase> authorities() {
    Issued notCa =
        certificate("CN=Not CA").basicConstraints(new BasicConstraints(false)).issue(root);
    Issued noConstraints = certificate("CN=None").authority().basicConstraints(null).issue(root);
    Issued noCertSign =
        certificate("CN=No Sign").authority().keyUsage(KeyUsage.cRLSign).issue(root);
    Issued zero = certificate("CN=Zero").authority(0).issue(root);
    Issued below = certificate("CN=Below").authority().issue(zero);
    Issued one = certificate("CN=One").authority(1).issue(root);
    Issued two = certificate("CN=Two").authority().issue(one);
    Issued three = certificate("CN=Three").authority().issue(two);
    Issued shortRoot = certificate("CN=Short Root").authority(0).issue(null);
    Issued underShort = certificate("CN=Under").authority().issue(shortRoot);
    Issued client = certificate("CN=client").issue(intermediate);
    List<Issued> twenty = GoodChains.chainOf(20);
    return List.of(
        bad(
            "an intermediate that is no CA",
            CLIENT_CHAIN_INVALID,
            List.of(certificate("CN=c").issue(notCa), notCa),
            root),
        bad(
            "an intermediate without basic constraints",
            CLIENT_CHAIN_INVALID,
            List.of(certificate("CN=c").issue(noConstraints), noConstraints),
            root),
        bad(
            "an intermediate without keyCertSign",
            CLIENT_CHAIN_INVALID,
            List.of(certificate("CN=c").issue(noCertSign), noCertSign),
            root),
        bad(
            "issued by another client",
            CLIENT_CHAIN_INVALID,
            List.of(certificate("CN=c").issue(client), client, intermediate),
            root),
        bad(
            "path length 0 exceeded",
            CLIENT_CHAIN_INVALID,
            List.of(certificate("CN=c").issue(below), below, zero),
            root),
        bad(
            "path length 1 exceeded",
            CLIENT_CHAIN_INVALID,
            List.of(certificate("CN=c").issue(three), three, two, one),
            root),
        bad(
            "the root's path length exceeded",
            CLIENT_CHAIN_INVALID,
            List.of(certificate("CN=c").issue(underShort), underShort),
            shortRoot),
        bad("a chain of 20", CLIENT_CHAIN_INVALID, twenty.subList(0, 19), twenty.getLast())
            .openSslDiffers("at most 16 intermediates are accepted, OpenSSL takes 100"));
  }

  private List<ChainCase> usages() {
    Issued forServers =
        certificate("CN=Server CA").authority().purposes(KeyPurposeId.id_kp_serverAuth).issue(root);
    Issued unknown =
        certificate("CN=Unknown")
            .authority()
            .extension(GoodChains.UNKNOWN_EXTENSION, true, new DERUTF8String("x"))
            .issue(root);
    return List.of(
        bad(
            "a server's certificate",
            CLIENT_CERTIFICATE_UNSUITABLE,
            List.of(certificate("CN=c").purposes(KeyPurposeId.id_kp_serverAuth).issue(root)),
            root),
        bad(
            "a code signer's certificate",
            CLIENT_CERTIFICATE_UNSUITABLE,
            List.of(certificate("CN=c").purposes(KeyPurposeId.id_kp_codeSigning).issue(root)),
            root),
        bad(
            "anyExtendedKeyUsage only",
            CLIENT_CERTIFICATE_UNSUITABLE,
            List.of(certificate("CN=c").purposes(KeyPurposeId.anyExtendedKeyUsage).issue(root)),
            root),
        bad(
            "an intermediate for servers",
            CLIENT_CERTIFICATE_UNSUITABLE,
            List.of(certificate("CN=c").issue(forServers), forServers),
            root),
        bad(
            "keyEncipherment only",
            CLIENT_CERTIFICATE_UNSUITABLE,
            List.of(certificate("CN=c").keyUsage(KeyUsage.keyEncipherment).issue(root)),
            root),
        bad(
                "keyAgreement only",
                CLIENT_CERTIFICATE_UNSUITABLE,
                List.of(certificate("CN=c").keyUsage(KeyUsage.keyAgreement).issue(root)),
                root)
            .openSslDiffers(
                "CertificateVerify is a signature (RFC 8446 4.4.2.2); OpenSSL also accepts keys for"
                    + " static Diffie-Hellman"),
        bad(
            "an unknown critical extension",
            CLIENT_CERTIFICATE_UNSUITABLE,
            List.of(
                certificate("CN=c")
                    .extension(GoodChains.UNKNOWN_EXTENSION, true, new DERUTF8String("x"))
                    .issue(root)),
            root),
        bad(
            "an unknown critical extension of an intermediate",
            CLIENT_CHAIN_INVALID,
            List.of(certificate("CN=c").issue(unknown), unknown),
            root));
  }

  private List<ChainCase> names() {
    Issued dns = constrained(root, new GeneralName(GeneralName.dNSName, "x.example"));
    Issued name = constrained(root, new GeneralName(new X500Name("O=X")));
    Issued uri =
        constrained(root, new GeneralName(GeneralName.uniformResourceIdentifier, "x.example"));
    Issued mail = constrained(root, new GeneralName(GeneralName.rfc822Name, "x.example"));
    GeneralName[] excluded = {new GeneralName(GeneralName.dNSName, "y.example")};
    Issued not = certificate("CN=Not").authority().constraints(null, excluded).issue(root);
    Issued narrowRoot =
        certificate("CN=Narrow Root").authority().constraints(null, excluded).issue(null);
    return List.of(
        bad(
            "DNS name not permitted",
            CLIENT_CHAIN_INVALID,
            List.of(certificate("CN=c").dns("a.y.example").issue(dns), dns),
            root),
        bad(
            "one DNS name of two not permitted",
            CLIENT_CHAIN_INVALID,
            List.of(
                certificate("CN=c")
                    .names(
                        new GeneralName(GeneralName.dNSName, "x.example"),
                        new GeneralName(GeneralName.dNSName, "y.example"))
                    .issue(dns),
                dns),
            root),
        bad(
                "a common name where DNS names are constrained",
                CLIENT_CHAIN_INVALID,
                List.of(certificate("CN=c").issue(dns), dns),
                root)
            .openSslDiffers(
                "without alternative names the JDK takes any CN for a DNS name, OpenSSL only one"
                    + " that looks like it"),
        bad(
            "subject not permitted",
            CLIENT_CHAIN_INVALID,
            List.of(certificate("O=Y,CN=c").issue(name), name),
            root),
        bad(
            "URI not permitted",
            CLIENT_CHAIN_INVALID,
            List.of(certificate("CN=c").uri("spiffe://y.example/a").issue(uri), uri),
            root),
        bad(
            "e-mail address not permitted",
            CLIENT_CHAIN_INVALID,
            List.of(
                certificate("CN=c")
                    .names(new GeneralName(GeneralName.rfc822Name, "a@y.example"))
                    .issue(mail),
                mail),
            root),
        bad(
            "DNS name excluded",
            CLIENT_CHAIN_INVALID,
            List.of(certificate("CN=c").dns("a.y.example").issue(not), not),
            root),
        bad(
            "DNS name excluded by the root",
            CLIENT_CHAIN_INVALID,
            List.of(certificate("CN=c").dns("a.y.example").issue(narrowRoot)),
            narrowRoot),
        bad(
            "another issuer's name",
            CLIENT_ISSUER_UNTRUSTED,
            List.of(certificate("CN=c").issuerName("CN=Nobody").issue(root)),
            root));
  }

  private List<ChainCase> algorithms() {
    Issued rsaRoot = certificate("CN=RSA Root").authority().key("RSA-2048").issue(null);
    Issued weak = certificate("CN=Weak").authority().algorithm("SHA1withRSA").issue(rsaRoot);
    return List.of(
        bad(
                "MD5 signature",
                CLIENT_CERTIFICATE_UNSUITABLE,
                List.of(certificate("CN=c").algorithm("MD5withRSA").issue(rsaRoot)),
                rsaRoot)
            .openSslDiffers("MD5 is refused; openssl verify has no security level unless told"),
        bad(
                "SHA-1 signature",
                CLIENT_CERTIFICATE_UNSUITABLE,
                List.of(certificate("CN=c").algorithm("SHA1withRSA").issue(rsaRoot)),
                rsaRoot)
            .openSslDiffers("SHA-1 is refused; openssl verify has no security level unless told"),
        bad(
                "SHA-1 in RSASSA-PSS",
                CLIENT_CERTIFICATE_UNSUITABLE,
                List.of(certificate("CN=c").algorithm("SHA1withRSAandMGF1").issue(rsaRoot)),
                rsaRoot)
            .openSslDiffers("SHA-1 is refused; openssl verify has no security level unless told"),
        bad(
                "an intermediate signed with SHA-1",
                CLIENT_CHAIN_INVALID,
                List.of(certificate("CN=c").issue(weak), weak),
                rsaRoot)
            .openSslDiffers("SHA-1 is refused; openssl verify has no security level unless told"),
        bad(
                "RSA-512 client",
                CLIENT_CERTIFICATE_UNSUITABLE,
                List.of(certificate("CN=c").key("RSA-512").issue(root)),
                root)
            .openSslDiffers(
                "the JDK refuses keys below RSA-1024; openssl verify has no security level unless"
                    + " told"));
  }

  /** An intermediate that permits names of one kind only below this one. */
  static Issued constrained(Issued issuer, GeneralName permitted) {
    return certificate("CN=Constrained")
        .authority()
        .constraints(new GeneralName[] {permitted}, null)
        .issue(issuer);
  }

  /** The certificate with one bit changed; the last byte of a certificate is its signature's. */
  static Issued flip(Issued issued, int at) {
    try {
      byte[] der = issued.certificate().getEncoded();
      der[at < 0 ? der.length + at : at] ^= 1;
      return new Issued(
          (X509Certificate)
              CertificateFactory.getInstance("X.509")
                  .generateCertificate(new ByteArrayInputStream(der)),
          issued.keys());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}
