package dev.handfast.engine;

import dev.handfast.handshake.ClientHello;
import dev.handfast.handshake.Credential;
import java.time.InstantSource;
import java.util.List;
import java.util.function.LongSupplier;

/** Makes engines. Thread-safe, one per process. */
public final class TlsEngines {

  private final PrimitiveProviders providers;
  private final EngineCrypto crypto;

  private TlsEngines(PrimitiveProviders providers) {
    this.providers = providers;
    this.crypto = new EngineCrypto(providers);
  }

  /**
   * Chooses a provider per primitive, native ones when present. The system property {@code
   * handfast.crypto.native=false} keeps native code out.
   */
  public static TlsEngines create() {
    return new TlsEngines(PrimitiveProviders.detect());
  }

  /**
   * Does ahead what the first {@link #create} of a process would wait for. Blocks for some hundred
   * milliseconds.
   */
  public static void preload() {
    PrimitiveProviders.load();
  }

  /**
   * Prepares a credential, once per certificate version. May take milliseconds; never blocks.
   *
   * @throws IllegalArgumentException for a key type that the engine cannot use
   */
  public ServerCredential prepare(Credential credential) {
    return PreparedCredential.of(credential, crypto, providers);
  }

  /**
   * An engine for one connection. The caller then passes all bytes received so far, the
   * ClientHello's records first, to {@link ServerEngine#receive}.
   *
   * @param hello as read by the ClientHello gate
   * @param ticker nanoseconds, monotonic
   * @param clock wall time, for sessions
   */
  public ServerEngine server(
      EngineSettings settings,
      ClientHello hello,
      EngineEvents events,
      LongSupplier ticker,
      InstantSource clock) {
    return new ProtocolEngine(crypto, settings, hello, events, ticker, clock);
  }

  /** IANA names of the cipher suites that the engine implements. */
  public List<String> supportedCipherSuites() {
    return SupportedAlgorithms.CIPHER_SUITES;
  }

  /** IANA names of the groups that the engine implements. */
  public List<String> supportedGroups() {
    return SupportedAlgorithms.GROUPS;
  }

  /** IANA names of the signature schemes that the engine implements. */
  public List<String> supportedSignatureSchemes() {
    return SupportedAlgorithms.SIGNATURE_SCHEMES;
  }
}
