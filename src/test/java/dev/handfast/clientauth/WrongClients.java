package dev.handfast.clientauth;

import static dev.handfast.testing.Pki.certificate;
import static dev.handfast.testing.Pki.root;

import dev.handfast.clientauth.ClientAuthPolicyDefinition.Rule;
import dev.handfast.testing.Pki;
import dev.handfast.testing.Pki.Issued;
import java.io.ByteArrayInputStream;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.jspecify.annotations.Nullable;

/** Makes clients that must not come in, each from one that may, by one change. */
final class WrongClients {

  private static final List<UnaryOperator<String>> WRONG_NAMES =
      List.of(
          name -> name + ".evil.example",
          name -> "evil." + name,
          name -> name + ".",
          name -> name + "\0.evil.example",
          name -> "\0" + name,
          name -> name.replaceFirst("\\.", "\0."),
          name -> "*" + name.substring(name.indexOf('.')),
          name -> name.substring(name.indexOf('.') + 1),
          name -> name.replaceFirst("\\.", "-"),
          name -> name.replaceFirst("\\.", ".."),
          name -> name + " ",
          name -> " " + name,
          name -> name + "/",
          name -> name.replace("example", "exampIe"),
          name -> "");

  private final Random random;
  private final Issued root = root("CN=Root");
  private final Issued intermediate = certificate("CN=Intermediate").authority().issue(root);
  private final Issued impostorRoot = root("CN=Root");
  private final Issued impostor = certificate("CN=Intermediate").authority().issue(impostorRoot);
  private final KeyPair clientKey = Pki.keyPair("EC");
  private final TrustBundle bundle = Deciding.bundle(List.of(root));

  WrongClients(Random random) {
    this.random = random;
  }

  /** A client and the policy that is asked about it. */
  record Attempt(String description, Policy policy, List<X509Certificate> chain) {}

  /** The client before any change: it may come in. */
  Attempt right() {
    String name = name();
    return new Attempt("unchanged", allowing(name), chain(good(name).issue(intermediate)));
  }

  /** A wrong one; empty if the change left nothing that can be read as a certificate. */
  Optional<Attempt> wrong() {
    String name = name();
    Policy policy = allowing(name);
    return switch (random.nextInt(12)) {
      case 0 -> flipped(policy, name);
      case 1 -> attempt("another issuer", policy, chain(good(name).issue(impostor), impostor));
      case 2 ->
          attempt(
              "another issuer, without key identifiers",
              policy,
              chain(good(name).withoutKeyIdentifiers().issue(impostor), intermediate));
      case 3 ->
          attempt(
              "a link is missing", policy, List.of(good(name).issue(intermediate).certificate()));
      case 4 -> outsidePeriod(policy, name);
      case 5 -> attempt("another purpose", policy, chain(unsuitable(name).issue(intermediate)));
      case 6 -> badAuthority(policy, name);
      case 7, 8 -> wrongName(policy, name);
      case 9 -> attempt("another subject", subject("CN=svc-*,O=Example"), chain(wrongSubject()));
      case 10 -> wrongUri();
      default -> denied(name);
    };
  }

  private Optional<Attempt> flipped(Policy policy, String name) {
    Issued client = good(name).issue(intermediate);
    boolean first = random.nextBoolean();
    Issued victim = first ? client : intermediate;
    try {
      byte[] der = victim.certificate().getEncoded();
      int at = random.nextInt(der.length);
      der[at] ^= (byte) (1 << random.nextInt(8));
      X509Certificate changed =
          (X509Certificate)
              CertificateFactory.getInstance("X.509")
                  .generateCertificate(new ByteArrayInputStream(der));
      List<X509Certificate> chain =
          first
              ? List.of(changed, intermediate.certificate())
              : List.of(client.certificate(), changed);
      return attempt("bit at " + at + " of " + (first ? "client" : "issuer"), policy, chain);
    } catch (CertificateException e) {
      return Optional.empty();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private Optional<Attempt> outsidePeriod(Policy policy, String name) {
    Instant now = Instant.now();
    Duration away = Duration.ofSeconds(60 + random.nextInt(1_000_000));
    Pki.Request client =
        random.nextBoolean()
            ? good(name).valid(now.minus(away.multipliedBy(2)), now.minus(away))
            : good(name).valid(now.plus(away), now.plus(away.multipliedBy(2)));
    return attempt("outside its period", policy, chain(client.issue(intermediate)));
  }

  private Pki.Request unsuitable(String name) {
    return switch (random.nextInt(4)) {
      case 0 -> good(name).purposes(KeyPurposeId.id_kp_serverAuth);
      case 1 -> good(name).purposes(KeyPurposeId.anyExtendedKeyUsage);
      case 2 -> good(name).keyUsage(KeyUsage.keyEncipherment);
      default -> good(name).keyUsage(KeyUsage.keyAgreement | KeyUsage.nonRepudiation);
    };
  }

  private Optional<Attempt> badAuthority(Policy policy, String name) {
    Pki.Request request = certificate("CN=Sub").authority();
    Issued authority =
        switch (random.nextInt(5)) {
          case 0 -> request.basicConstraints(new BasicConstraints(false)).issue(root);
          case 1 -> request.basicConstraints(null).issue(root);
          case 2 -> request.keyUsage(KeyUsage.digitalSignature).issue(root);
          case 3 -> request.expired().issue(root);
          default ->
              request
                  .constraints(
                      new GeneralName[] {new GeneralName(GeneralName.dNSName, "other.example")},
                      null)
                  .issue(root);
        };
    return attempt(
        "an authority that may not issue it",
        policy,
        chain(good(name).issue(authority), authority));
  }

  private Optional<Attempt> wrongName(Policy policy, String name) {
    String wrong = WRONG_NAMES.get(random.nextInt(WRONG_NAMES.size())).apply(name);
    return attempt("the name '" + wrong + "'", policy, chain(good(wrong).issue(intermediate)));
  }

  private Issued wrongSubject() {
    String name =
        switch (random.nextInt(6)) {
          case 0 -> "CN=svc-,O=Example";
          case 1 -> "CN=xsvc-1,O=Example";
          case 2 -> "CN=svc-1,O=Examples";
          case 3 -> "CN=svc-1,OU=Example";
          case 4 -> "OU=svc-1,O=Example";
          default -> "CN=svc-1\\,O\\=Example";
        };
    return certificate(name).key(clientKey).issue(intermediate);
  }

  private Optional<Attempt> wrongUri() {
    String uri =
        List.of(
                "spiffe://x.example/ns/a/b",
                "spiffe://x.example/ns/",
                "spiffe://x.example/ns/..",
                "spiffe://x.example/ns/a%2Fb",
                "spiffe://x.example.evil.example/ns/a",
                "spiffe://evil.example/x.example/ns/a",
                "https://x.example/ns/a",
                "spiffe://u@x.example/ns/a",
                "spiffe://x.example:1/ns/a",
                "spiffe://x.example/NS/a",
                "spiffe://x.example/ns/a?b",
                "spiffe://x.example/ns/a\0")
            .get(random.nextInt(12));
    Rule rule = rule(null, null, List.of("spiffe://x.example/ns/*"), null);
    Issued client = certificate("CN=client").key(clientKey).uri(uri).issue(intermediate);
    return attempt("the URI '" + uri + "'", policy(rule), chain(client));
  }

  /** A deny rule that names this client comes first, whatever allows it afterwards. */
  private Optional<Attempt> denied(String name) {
    Issued client = good(name).issue(intermediate);
    String fingerprint = ClientIdentity.fingerprint(client.certificate());
    List<Rule> rules = new ArrayList<>();
    rules.add(
        new Rule(
            "deny", null, null, null, null, null, null, List.of(fingerprint), null, null, null));
    for (int i = random.nextInt(5); i >= 0; i--) {
      rules.add(rule(null, List.of(name), null, null));
    }
    Policy policy = Deciding.require(bundle, "allow", rules.toArray(Rule[]::new));
    return attempt("a denied fingerprint", policy, chain(client));
  }

  private Pki.Request good(String name) {
    return certificate("CN=client").key(clientKey).dns(name);
  }

  private List<X509Certificate> chain(Issued client, Issued... issuers) {
    List<X509Certificate> chain = new ArrayList<>();
    for (Issued issuer : issuers) {
      chain.add(issuer.certificate());
    }
    chain.add(intermediate.certificate());
    Collections.shuffle(chain, random);
    chain.addFirst(client.certificate());
    return chain;
  }

  private String name() {
    return "c%s.%s.example"
        .formatted(new BigInteger(24, random).toString(36), (char) ('a' + random.nextInt(26)));
  }

  /** Allows the name itself, or a wildcard that it matches, by turns. */
  private Policy allowing(String name) {
    String pattern = random.nextBoolean() ? name : "*" + name.substring(name.indexOf('.'));
    return policy(rule(null, List.of(pattern), null, null));
  }

  private Policy subject(String pattern) {
    return policy(rule(pattern, null, null, null));
  }

  private Policy policy(Rule rule) {
    return Deciding.require(bundle, "deny", rule);
  }

  private static Rule rule(
      @Nullable String subject,
      @Nullable List<String> dns,
      @Nullable List<String> uris,
      @Nullable List<String> paths) {
    return new Rule(
        "allow",
        null,
        subject,
        dns == null ? null : List.copyOf(dns),
        uris == null ? null : List.copyOf(uris),
        null,
        null,
        null,
        null,
        null,
        paths == null ? null : List.copyOf(paths));
  }

  private static Optional<Attempt> attempt(
      String description, Policy policy, List<X509Certificate> chain) {
    return Optional.of(new Attempt(description, policy, chain));
  }
}
