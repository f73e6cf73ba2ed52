package dev.handfast.listener;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import dev.handfast.engine.ServerCredential;
import dev.handfast.handshake.Credential;
import java.util.function.Function;

/**
 * Has each certificate version prepared once, however many listeners and routes use it. The feature
 * that owns certificates answers the same instance for the same version, so identity is the key.
 */
final class PreparedCredentials {

  private final LoadingCache<Credential, ServerCredential> prepared;

  PreparedCredentials(Function<Credential, ServerCredential> prepare) {
    this.prepared = Caffeine.newBuilder().weakKeys().build(prepare::apply);
  }

  /**
   * The credential in the engine's form.
   *
   * @throws BrokenListenerException if the engine cannot use its key
   */
  ServerCredential of(Credential credential) throws BrokenListenerException {
    try {
      return prepared.get(credential);
    } catch (IllegalArgumentException e) {
      throw new BrokenListenerException(
          "certificate '%s' cannot be used: %s".formatted(credential.name(), e.getMessage()));
    }
  }
}
