package dev.handfast.clientauth;

import static dev.handfast.clientauth.ChainCase.good;
import static dev.handfast.testing.Pki.certificate;
import static dev.handfast.testing.Pki.root;

import dev.handfast.testing.Pki;
import dev.handfast.testing.Pki.Issued;
import java.security.KeyPair;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.DERUTF8String;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;

/** Chains that lead to a trust anchor, in all the ways that real ones do. */
final class GoodChains {

  static final ASN1ObjectIdentifier UNKNOWN_EXTENSION =
      new ASN1ObjectIdentifier("1.3.6.1.4.1.99999.1");

  private final Issued root = root("CN=Root");
  private final Issued intermediate = certificate("CN=Intermediate").authority().issue(root);
  private final Issued client = certificate("CN=client").issue(intermediate);

  static List<ChainCase> all() {
    GoodChains chains = new GoodChains();
    List<ChainCase> all = new ArrayList<>();
    all.addAll(chains.shapes());
    all.addAll(chains.crossSigned());
    all.addAll(chains.keys());
    all.addAll(chains.usages());
    all.addAll(chains.constraints());
    all.addAll(chains.names());
    return all;
  }

  private List<ChainCase> shapes() {
    Issued second = certificate("CN=Second").authority().issue(intermediate);
    Issued deep = certificate("CN=client").issue(second);
    Issued stranger = certificate("CN=stranger").issue(root("CN=Elsewhere"));
    List<Issued> ten = chainOf(10);
    Issued selfIssued = certificate("CN=Rolled").authority(0).issue(root);
    Issued rolled = certificate("CN=Rolled").authority(0).issue(selfIssued);
    return List.of(
        good("issued by the root", List.of(certificate("CN=client").issue(root)), root),
        good("one intermediate", List.of(client, intermediate), root),
        good("two intermediates", List.of(deep, second, intermediate), root),
        good("a chain of 10", ten.subList(0, 9), ten.getLast()),
        good("in the wrong order", List.of(deep, intermediate, second), root),
        good("with a certificate too many", List.of(client, stranger, intermediate), root),
        good("with the root itself", List.of(client, intermediate, root), root),
        good("with an intermediate twice", List.of(client, intermediate, intermediate), root),
        good("with the client's own twice", List.of(client, client, intermediate), root),
        good("among three roots", List.of(client, intermediate), root("CN=A"), root, root("CN=B")),
        good(
            "a self-issued intermediate does not count for the path length",
            List.of(certificate("CN=client").issue(rolled), rolled, selfIssued),
            root),
        good("only the intermediate is trusted", List.of(client), intermediate)
            .openSslDiffers(
                "every certificate of a bundle is an anchor; OpenSSL wants -partial_chain for it"));
  }

  private List<ChainCase> crossSigned() {
    Issued other = root("CN=Other Root");
    KeyPair key = Pki.keyPair("EC");
    Issued byRoot = certificate("CN=Cross").authority().key(key).issue(root);
    Issued byOther = certificate("CN=Cross").authority().key(key).issue(other);
    Issued expired = certificate("CN=Cross").authority().key(key).expired().issue(root);
    Issued leaf = certificate("CN=client").issue(byRoot);
    Issued oldRoot = certificate("CN=Root").authority().key(root.keys()).expired().issue(null);
    Issued sameName = root("CN=Root");
    return List.of(
        good("cross-signed, the first root is trusted", List.of(leaf, byRoot, byOther), root),
        good("cross-signed, the second root is trusted", List.of(leaf, byRoot, byOther), other)
            .openSslDiffers(
                "OpenSSL follows the first issuer that was sent, and does not come back to others"),
        good("cross-signed, one of both expired", List.of(leaf, expired, byOther), root, other),
        good("an expired root and its successor", List.of(client, intermediate), oldRoot, root),
        good(
            "the same subject under two CAs, the first issued",
            List.of(certificate("CN=client").issue(root)),
            root,
            sameName),
        good(
            "the same subject under two CAs, the second issued",
            List.of(certificate("CN=client").issue(sameName)),
            root,
            sameName),
        good(
            "the same subject under two CAs, no key identifiers",
            List.of(certificate("CN=client").withoutKeyIdentifiers().issue(sameName)),
            sameName,
            root));
  }

  private List<ChainCase> keys() {
    Issued edRoot = certificate("CN=Ed Root").authority().key("Ed25519").issue(null);
    Issued rsaRoot = certificate("CN=RSA Root").authority().key("RSA-2048").issue(null);
    return List.of(
        good(
            "RSA-2048 client", List.of(certificate("CN=client").key("RSA-2048").issue(root)), root),
        good(
            "RSA-4096 client", List.of(certificate("CN=client").key("RSA-4096").issue(root)), root),
        good("Ed25519 client", List.of(certificate("CN=client").key("Ed25519").issue(root)), root),
        good("P-384 client", List.of(certificate("CN=client").key("EC-384").issue(root)), root),
        good("Ed25519 CA", List.of(certificate("CN=client").issue(edRoot)), edRoot),
        good("RSA CA", List.of(certificate("CN=client").issue(rsaRoot)), rsaRoot),
        good(
            "RSASSA-PSS signature",
            List.of(certificate("CN=client").algorithm("SHA256withRSAandMGF1").issue(rsaRoot)),
            rsaRoot),
        good(
            "SHA-512 signature",
            List.of(certificate("CN=client").algorithm("SHA512withECDSA").issue(root)),
            root));
  }

  private List<ChainCase> usages() {
    ExtendedKeyUsage critical = new ExtendedKeyUsage(KeyPurposeId.id_kp_clientAuth);
    Issued forClients =
        certificate("CN=Client CA").authority().purposes(KeyPurposeId.id_kp_clientAuth).issue(root);
    return List.of(
        good(
            "no extended key usage",
            List.of(certificate("CN=client").purposes().issue(root)),
            root),
        good(
            "client and server",
            List.of(
                certificate("CN=client")
                    .purposes(KeyPurposeId.id_kp_serverAuth, KeyPurposeId.id_kp_clientAuth)
                    .issue(root)),
            root),
        good(
            "a critical extended key usage",
            List.of(
                certificate("CN=client")
                    .purposes()
                    .extension(Extension.extendedKeyUsage, true, critical)
                    .issue(root)),
            root),
        good(
            "an intermediate for clients",
            List.of(certificate("CN=client").issue(forClients), forClients),
            root),
        good("no key usage", List.of(certificate("CN=client").keyUsage(null).issue(root)), root),
        good(
            "digitalSignature and keyAgreement",
            List.of(
                certificate("CN=client")
                    .keyUsage(KeyUsage.digitalSignature | KeyUsage.keyAgreement)
                    .issue(root)),
            root),
        good(
            "an unknown extension that is not critical",
            List.of(
                certificate("CN=client")
                    .extension(UNKNOWN_EXTENSION, false, new DERUTF8String("x"))
                    .issue(root)),
            root),
        good(
            "valid for a hundred years",
            List.of(
                certificate("CN=client")
                    .valid(
                        Instant.now().minusSeconds(60), Instant.now().plus(Duration.ofDays(36500)))
                    .issue(root)),
            root));
  }

  private List<ChainCase> constraints() {
    Issued onlyOne = certificate("CN=One").authority(1).issue(root);
    Issued none = certificate("CN=None").authority(0).issue(onlyOne);
    Issued dns = BadChains.constrained(root, new GeneralName(GeneralName.dNSName, "x.example"));
    Issued name =
        BadChains.constrained(
            root, new GeneralName(new org.bouncycastle.asn1.x500.X500Name("O=X")));
    Issued uri =
        BadChains.constrained(
            root, new GeneralName(GeneralName.uniformResourceIdentifier, "x.example"));
    Issued mail = BadChains.constrained(root, new GeneralName(GeneralName.rfc822Name, "x.example"));
    Issued not =
        certificate("CN=Not")
            .authority()
            .constraints(
                null, new GeneralName[] {new GeneralName(GeneralName.dNSName, "y.example")})
            .issue(root);
    return List.of(
        good("path length 0", List.of(certificate("CN=client").issue(none), none, onlyOne), root),
        good(
            "permitted DNS name",
            List.of(certificate("CN=c").dns("a.x.example").issue(dns), dns),
            root),
        good("no name of the constrained kind", List.of(certificate("O=c").issue(dns), dns), root),
        good("permitted subject", List.of(certificate("O=X,CN=c").issue(name), name), root),
        good(
            "permitted URI",
            List.of(certificate("CN=c").uri("spiffe://x.example/a").issue(uri), uri),
            root),
        good(
            "permitted e-mail address",
            List.of(
                certificate("CN=c")
                    .names(new GeneralName(GeneralName.rfc822Name, "a@x.example"))
                    .issue(mail),
                mail),
            root),
        good("not excluded", List.of(certificate("CN=c").dns("x.example").issue(not), not), root));
  }

  private List<ChainCase> names() {
    return List.of(
        good(
            "no subject, but a critical alternative name",
            List.of(
                certificate("")
                    .extension(
                        Extension.subjectAlternativeName,
                        true,
                        new GeneralNames(new GeneralName(GeneralName.dNSName, "a.example")))
                    .issue(root)),
            root),
        good(
            "an alternative name with a NUL: only rules look at it",
            List.of(certificate("CN=client").dns("a.example\0.evil.example").issue(root)),
            root),
        good(
            "an alternative name with a wildcard: only rules look at it",
            List.of(certificate("CN=client").dns("*.x.example").issue(root)),
            root),
        good(
            "an IP address",
            List.of(
                certificate("CN=client")
                    .names(
                        new GeneralName(
                            GeneralName.iPAddress, new DEROctetString(new byte[] {10, 0, 0, 1})))
                    .issue(root)),
            root),
        good(
            "no key identifiers at all",
            List.of(certificate("CN=client").withoutKeyIdentifiers().issue(root)),
            root));
  }

  /** A chain of this many certificates, the client's first. */
  static List<Issued> chainOf(int length) {
    List<Issued> chain = new ArrayList<>(List.of(root("CN=CA 0")));
    for (int i = 1; i < length - 1; i++) {
      chain.addFirst(certificate("CN=CA " + i).authority().issue(chain.getFirst()));
    }
    chain.addFirst(certificate("CN=client").issue(chain.getFirst()));
    return chain;
  }
}
