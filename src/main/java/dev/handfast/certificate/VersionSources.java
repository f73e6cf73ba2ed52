package dev.handfast.certificate;

import dev.handfast.configuration.InvalidConfigurationException;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Where new versions come from: generated, uploaded, signed by a CA. */
@Component
class VersionSources {

  private static final String CHAIN = "certificateChainPem";
  private static final String KEY = "privateKeyPem";
  private static final String PKCS12 = "pkcs12Base64";

  private final LocalCa localCa;
  private final InstantSource clock;

  VersionSources(LocalCa localCa, InstantSource clock) {
    this.localCa = localCa;
    this.clock = clock;
  }

  /**
   * Does what takes long, and leaves to the change what needs the database.
   *
   * @throws InvalidConfigurationException if the body asks for what cannot be
   */
  Supplier<NewVersion> prepare(CertificateBody body) {
    return switch (body.source()) {
      case "generate" ->
          generate(
              GenerationSpec.of(
                  body.subject(),
                  body.subjectAltNames(),
                  body.keyType(),
                  body.validity(),
                  body.issuer()));
      case "upload" -> {
        NewVersion version = new NewVersion(Origin.UPLOAD, uploaded(body), null);
        yield () -> version;
      }
      case null ->
          throw new InvalidConfigurationException(
              "source", "missing (expected: generate or upload)");
      default ->
          throw new InvalidConfigurationException(
              "source", "'%s' (expected: generate or upload)".formatted(body.source()));
    };
  }

  /** Makes the key now, and the certificate within the change. */
  Supplier<NewVersion> generate(GenerationSpec spec) {
    KeyPair keys = spec.keyType().generate();
    return switch (spec.issuer()) {
      case SELF -> () -> generated(Origin.SELF, keys, localCa.selfSign(spec, keys), spec);
      case LOCAL_CA -> () -> generated(Origin.LOCAL_CA, keys, localCa.issue(spec, keys), spec);
    };
  }

  /** The version that a CA's answer makes of a request's key. */
  NewVersion signed(List<X509Certificate> certificates, byte[] pendingKey) {
    X509Certificate first = certificates.getFirst();
    PrivateKey key = PrivateKeyInput.fromPkcs8(CHAIN, pendingKey);
    if (certificates.stream().noneMatch(c -> ServerChain.match(c.getPublicKey(), key))) {
      throw new InvalidConfigurationException(
          CHAIN,
          "'%s' with its %s key was not signed for the pending request (expected: a certificate for the request's key)"
              .formatted(X509.subject(first), KeyType.describe(first.getPublicKey())));
    }
    return new NewVersion(
        Origin.SIGNED, ServerChain.of(CHAIN, certificates, CHAIN, key, clock.instant()), null);
  }

  /** The version that PEM files hold. */
  NewVersion fromDirectory(String chainPem, String keyPem) {
    return new NewVersion(
        Origin.DIRECTORY, pem("tls.crt", chainPem, "tls.key", keyPem, null), null);
  }

  private KeyMaterial uploaded(CertificateBody body) {
    if (body.pkcs12Base64() != null) {
      if (body.certificateChainPem() != null || body.privateKeyPem() != null) {
        throw new InvalidConfigurationException(
            PKCS12, "given together with PEM (expected: one of the two)");
      }
      Pkcs12Input.Content content = Pkcs12Input.read(body.pkcs12Base64(), body.password());
      return ServerChain.of(
          PKCS12, content.certificates(), PKCS12, content.privateKey(), clock.instant());
    }
    return pem(
        CHAIN,
        required(CHAIN, body.certificateChainPem()),
        KEY,
        required(KEY, body.privateKeyPem()),
        body.password());
  }

  private KeyMaterial pem(
      String chainField,
      String chainPem,
      String keyField,
      String keyPem,
      @Nullable String password) {
    List<X509Certificate> certificates = PemInput.certificates(chainField, chainPem);
    PrivateKey key = PemInput.privateKey(keyField, keyPem, password);
    return ServerChain.of(chainField, certificates, keyField, key, clock.instant());
  }

  private static String required(String field, @Nullable String value) {
    if (value == null) {
      throw new InvalidConfigurationException(
          field, "missing (expected: certificateChainPem and privateKeyPem, or pkcs12Base64)");
    }
    return value;
  }

  private static NewVersion generated(
      Origin origin, KeyPair keys, List<X509Certificate> chain, GenerationSpec spec) {
    return new NewVersion(origin, new KeyMaterial(keys.getPrivate(), chain), spec);
  }
}
