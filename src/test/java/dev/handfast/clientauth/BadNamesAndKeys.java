package dev.handfast.clientauth;

import static dev.handfast.clientauth.ChainCase.bad;
import static dev.handfast.handshake.Reason.CLIENT_CERTIFICATE_UNSUITABLE;
import static dev.handfast.handshake.Reason.CLIENT_CHAIN_INVALID;
import static dev.handfast.handshake.Reason.CLIENT_ISSUER_UNTRUSTED;
import static dev.handfast.testing.Pki.certificate;
import static dev.handfast.testing.Pki.root;

import dev.handfast.testing.Pki.Issued;
import java.util.ArrayList;
import java.util.List;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.GeneralName;

/** Chains whose names are not permitted, or whose keys and signatures are too weak. */
final class BadNamesAndKeys {

  private final Issued root = root("CN=Root");

  static List<ChainCase> all() {
    BadNamesAndKeys chains = new BadNamesAndKeys();
    List<ChainCase> all = new ArrayList<>(chains.names());
    all.addAll(chains.algorithms());
    return all;
  }

  private List<ChainCase> names() {
    Issued dns = BadChains.constrained(root, new GeneralName(GeneralName.dNSName, "x.example"));
    Issued name = BadChains.constrained(root, new GeneralName(new X500Name("O=X")));
    Issued uri =
        BadChains.constrained(
            root, new GeneralName(GeneralName.uniformResourceIdentifier, "x.example"));
    Issued mail = BadChains.constrained(root, new GeneralName(GeneralName.rfc822Name, "x.example"));
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
}
