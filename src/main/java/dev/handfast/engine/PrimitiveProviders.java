package dev.handfast.engine;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.NoSuchAlgorithmException;
import java.security.Provider;
import java.security.SecureRandom;
import java.security.Security;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Stream;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.conscrypt.Conscrypt;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which provider computes which primitive: the fastest measured one that is present. Native ones
 * are optional; without them everything works, slower. Immutable, any thread.
 */
final class PrimitiveProviders {

  /** {@code false} keeps native code out, whatever is present. */
  static final String NATIVE_PROPERTY = "handfast.crypto.native";

  private static final Logger LOG = LoggerFactory.getLogger(PrimitiveProviders.class);

  private final Provider bouncyCastle = Pure.BOUNCY_CASTLE;
  private final @Nullable Provider accp;
  private final @Nullable Provider conscrypt;
  private final SecureRandom random;

  private PrimitiveProviders(@Nullable Provider accp, @Nullable Provider conscrypt) {
    this.accp = accp;
    this.conscrypt = conscrypt;
    this.random = createRandom();
  }

  static PrimitiveProviders detect() {
    PrimitiveProviders providers = load();
    LOG.info(
        "Cryptographic primitives: {}",
        Stream.of(providers.accp, providers.conscrypt, providers.bouncyCastle)
            .filter(Objects::nonNull)
            .map(provider -> provider.getName() + " " + provider.getVersionStr())
            .toList());
    return providers;
  }

  /** The first call in a process blocks for some hundred milliseconds. */
  static PrimitiveProviders load() {
    boolean allowed = Boolean.parseBoolean(System.getProperty(NATIVE_PROPERTY, "true"));
    return allowed
        ? new PrimitiveProviders(Native.ACCP, Native.CONSCRYPT)
        : new PrimitiveProviders(null, null);
  }

  private static @Nullable Provider loadAccp() {
    try {
      Provider provider = CorrettoLoader.load();
      if (provider == null) {
        LOG.info("Amazon Corretto Crypto Provider has no jar for this platform on the class path");
      }
      return provider;
    } catch (ReflectiveOperationException | IOException | RuntimeException | LinkageError e) {
      LOG.info("Amazon Corretto Crypto Provider is not usable here: {}", e.getMessage());
      return null;
    }
  }

  private static @Nullable Provider loadConscrypt() {
    try {
      return Conscrypt.isAvailable() ? Conscrypt.newProvider() : null;
    } catch (RuntimeException | LinkageError e) {
      LOG.info("Conscrypt is not usable here: {}", e.getMessage());
      return null;
    }
  }

  private SecureRandom createRandom() {
    if (accp != null && accp.getService("SecureRandom", "LibCryptoRng") != null) {
      try {
        return SecureRandom.getInstance("LibCryptoRng", accp);
      } catch (NoSuchAlgorithmException e) {
        LOG.info("No native random numbers: {}", e.getMessage());
      }
    }
    return new SecureRandom();
  }

  /** For keys, nonces and identifiers. Thread-safe. */
  SecureRandom random() {
    return random;
  }

  Provider bouncyCastle() {
    return bouncyCastle;
  }

  /** Key pairs and ECDH on the NIST curves. */
  Provider ecdh() {
    return accp != null ? accp : bouncyCastle;
  }

  /** X25519, or null: then Bouncy Castle's lightweight code computes it. */
  @Nullable Provider x25519() {
    return conscrypt;
  }

  /** Providers that may sign with a server's key, fastest first. */
  List<Provider> signers(String keyAlgorithm) {
    Provider sunEc = Security.getProvider("SunEC");
    Provider sunRsa = Security.getProvider("SunRsaSign");
    Stream<@Nullable Provider> candidates =
        switch (keyAlgorithm) {
          case "EC" -> Stream.of(accp, bouncyCastle, sunEc);
          case "RSA", "RSASSA-PSS" -> Stream.of(accp, bouncyCastle, sunRsa);
          default -> Stream.of(sunEc, bouncyCastle);
        };
    return candidates.filter(Objects::nonNull).map(Objects::requireNonNull).toList();
  }

  /** The provider for verifying a client's signature, by the name that Bouncy Castle uses. */
  Provider verifier(String signatureAlgorithm) {
    String name = signatureAlgorithm.toUpperCase(Locale.ROOT);
    if (name.startsWith("ED")) {
      return sun("SunEC");
    }
    if (accp != null && name.endsWith("WITHECDSA") && name.startsWith("SHA")) {
      return accp;
    }
    return bouncyCastle;
  }

  /** The provider for a cipher: the JDK's own code is compiled to the machine's instructions. */
  Provider cipher(String transformation) {
    boolean jdk =
        transformation.startsWith("AES/GCM/")
            || transformation.startsWith("AES/CBC/")
            || transformation.startsWith("DESede/CBC/")
            || transformation.equals("ChaCha20-Poly1305");
    return jdk ? sun("SunJCE") : bouncyCastle;
  }

  Provider mac(String algorithm) {
    return algorithm.startsWith("Hmac") ? sun("SunJCE") : bouncyCastle;
  }

  Provider digest() {
    return sun("SUN");
  }

  Provider certificates() {
    return sun("SUN");
  }

  private Provider sun(String name) {
    Provider provider = Security.getProvider(name);
    return provider != null ? provider : bouncyCastle;
  }

  /** Wraps what cannot happen on a supported JDK. */
  static IllegalStateException unavailable(GeneralSecurityException e) {
    return new IllegalStateException("a cryptographic primitive is unavailable", e);
  }

  /** One for all engines: its constructor computes every curve that it knows. */
  private static final class Pure {
    static final Provider BOUNCY_CASTLE = new BouncyCastleProvider();
  }

  /** Touched only where native code is allowed; a library is loaded once in a process. */
  private static final class Native {
    static final @Nullable Provider ACCP = loadAccp();
    static final @Nullable Provider CONSCRYPT = loadConscrypt();
  }
}
