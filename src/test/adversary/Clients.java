import de.rub.nds.tlsattacker.core.config.Config;
import de.rub.nds.tlsattacker.core.constants.CipherSuite;
import de.rub.nds.tlsattacker.core.constants.NamedGroup;
import de.rub.nds.tlsattacker.core.constants.ProtocolVersion;
import de.rub.nds.tlsattacker.core.constants.SignatureAndHashAlgorithm;
import java.util.function.Consumer;

/** The configurations that the attacks begin from. */
final class Clients {

  static final CipherSuite GCM = CipherSuite.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256;
  static final CipherSuite RSA = CipherSuite.TLS_RSA_WITH_AES_128_GCM_SHA256;
  static final CipherSuite CBC = CipherSuite.TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA;
  static final CipherSuite CBC_SHA256 = CipherSuite.TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256;
  private static final CipherSuite TLS13 = CipherSuite.TLS_AES_128_GCM_SHA256;

  private Clients() {}

  private static Config config() {
    Config config = new Config();
    config.setAddServerNameIndicationExtension(true);
    config.setAddRenegotiationInfoExtension(true);
    config.setAddEllipticCurveExtension(true);
    config.setAddECPointFormatExtension(true);
    config.setAddSignatureAndHashAlgorithmsExtension(true);
    config.setDefaultClientSupportedSignatureAndHashAlgorithms(
        SignatureAndHashAlgorithm.RSA_PSS_RSAE_SHA256, SignatureAndHashAlgorithm.RSA_SHA256);
    config.setDefaultClientNamedGroups(NamedGroup.SECP256R1);
    config.setWorkflowExecutorShouldClose(true);
    return config;
  }

  static Config tls12(CipherSuite suite) {
    Config config = config();
    config.setHighestProtocolVersion(ProtocolVersion.TLS12);
    config.setDefaultSelectedProtocolVersion(ProtocolVersion.TLS12);
    config.setDefaultClientSupportedCipherSuites(suite);
    config.setDefaultSelectedCipherSuite(suite);
    return config;
  }

  static Config tls13() {
    Config config = config();
    config.setHighestProtocolVersion(ProtocolVersion.TLS13);
    config.setDefaultSelectedProtocolVersion(ProtocolVersion.TLS13);
    config.setSupportedVersions(ProtocolVersion.TLS13);
    config.setAddSupportedVersionsExtension(true);
    config.setAddKeyShareExtension(true);
    config.setDefaultClientKeyShareNamedGroups(NamedGroup.SECP256R1);
    config.setDefaultClientSupportedCipherSuites(TLS13);
    config.setDefaultSelectedCipherSuite(TLS13);
    return config;
  }

  static <T> T with(T thing, Consumer<T> change) {
    change.accept(thing);
    return thing;
  }
}
