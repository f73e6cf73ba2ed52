package dev.handfast.access;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.handfast.configuration.Violations;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.HexFormat;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import org.springframework.security.crypto.argon2.Argon2PasswordEncoder;
import org.springframework.stereotype.Component;

/**
 * Hashes passwords with Argon2id. Since that is slow by design, a password that was right is
 * remembered for a minute, as a MAC under a key that lives in this process only and bound to the
 * stored hash: a changed password is refused at once.
 */
@Component
class Passwords {

  private static final int MIN_LENGTH = 12;
  private static final int MAX_LENGTH = 200;
  private static final int MAX_REMEMBERED = 1_000;
  private static final Duration REMEMBERED = Duration.ofMinutes(1);
  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final String MAC = "HmacSHA256";

  private final Argon2PasswordEncoder encoder =
      Argon2PasswordEncoder.defaultsForSpringSecurity_v5_8();
  private final Cache<String, Boolean> remembered =
      Caffeine.newBuilder().maximumSize(MAX_REMEMBERED).expireAfterWrite(REMEMBERED).build();

  /** Hashing takes memory and CPU: a flood of log-ins must not take all of either. */
  private final Semaphore hashing =
      new Semaphore(Math.max(1, Runtime.getRuntime().availableProcessors() / 2));

  private final SecretKeySpec macKey;

  /** Of no password, and with the parameters of the others, so that checking it takes as long. */
  private final String nobodysHash;

  Passwords() {
    byte[] key = new byte[32];
    new SecureRandom().nextBytes(key);
    macKey = new SecretKeySpec(key, MAC);
    nobodysHash = "$argon2id$v=19$m=16384,t=2,p=1$%s$%s".formatted(random(16), random(32));
  }

  /** A password that nobody can guess: 144 random bits. */
  static String generate() {
    byte[] random = new byte[18];
    new SecureRandom().nextBytes(random);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(random);
  }

  /** Adds a violation unless this may be a password. */
  static void check(Violations violations, String field, @Nullable String password) {
    int length = password == null ? 0 : password.length();
    violations.require(
        length >= MIN_LENGTH && length <= MAX_LENGTH,
        field,
        "%d characters (expected: %d..%d)".formatted(length, MIN_LENGTH, MAX_LENGTH));
  }

  /** What is kept of a password. Takes some 50 ms of CPU. */
  String hash(String password) {
    return limited(() -> encoder.encode(password));
  }

  /** Whether the password is right; takes as long for an unknown user (null hash). */
  boolean matches(String password, @Nullable String hash) {
    if (password.length() > MAX_LENGTH) {
      return false;
    }
    if (hash == null) {
      limited(() -> encoder.matches(password, nobodysHash));
      return false;
    }
    String key = mac(password, hash);
    if (remembered.getIfPresent(key) != null) {
      return true;
    }
    boolean right = limited(() -> encoder.matches(password, hash));
    if (right) {
      remembered.put(key, true);
    }
    return right;
  }

  String nobodysHash() {
    return nobodysHash;
  }

  private static String random(int bytes) {
    byte[] random = new byte[bytes];
    new SecureRandom().nextBytes(random);
    return Base64.getEncoder().withoutPadding().encodeToString(random);
  }

  private <T> T limited(Supplier<T> work) {
    try {
      if (!hashing.tryAcquire(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new CredentialsUncheckedException("too many log-ins at once");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CredentialsUncheckedException(e);
    }
    try {
      return work.get();
    } finally {
      hashing.release();
    }
  }

  private String mac(String password, String hash) {
    try {
      Mac mac = Mac.getInstance(MAC);
      mac.init(macKey);
      mac.update(hash.getBytes(StandardCharsets.UTF_8));
      mac.update((byte) 0);
      return HexFormat.of().formatHex(mac.doFinal(password.getBytes(StandardCharsets.UTF_8)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}
