package dev.handfast.access;

import dev.handfast.certificate.Certificates;
import dev.handfast.clientauth.TrustBundles;
import dev.handfast.configuration.ConfigurationChanged;
import dev.handfast.configuration.References;
import dev.handfast.configuration.ResourceType;
import dev.handfast.configuration.SnapshotOrder;
import dev.handfast.configuration.StartOrder;
import dev.handfast.handshake.Credential;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.BeanRegistrar;
import org.springframework.beans.factory.BeanRegistry;
import org.springframework.boot.ApplicationArguments;
import org.springframework.boot.ApplicationRunner;
import org.springframework.boot.autoconfigure.ssl.SslBundleRegistrar;
import org.springframework.boot.ssl.SslBundleRegistry;
import org.springframework.boot.web.server.Ssl;
import org.springframework.boot.web.server.autoconfigure.ServerProperties;
import org.springframework.context.event.EventListener;
import org.springframework.core.annotation.Order;
import org.springframework.core.env.Environment;

/**
 * Gives the management port a certificate and a trust bundle of Handfast's own store, as the SSL
 * bundle {@code handfast}, and follows their changes without restart.
 *
 * <p>The port opens before a first start has read its certificate directory and its configuration
 * file. What they are to bring need be there only afterwards; until then the port shows a
 * placeholder that no client trusts.
 */
@Order(StartOrder.MANAGEMENT_TLS)
class ManagementTls implements SslBundleRegistrar, References.Source, ApplicationRunner {

  static final String BUNDLE = "handfast";

  private static final Logger LOG = LoggerFactory.getLogger(ManagementTls.class);

  private final String certificate;
  private final @Nullable String trustBundle;
  private final Certificates certificates;
  private final TrustBundles trustBundles;
  private @Nullable SslBundleRegistry registry;
  private @Nullable ManagementIdentity inForce;
  private boolean started;

  ManagementTls(
      ManagementTlsProperties properties,
      ServerProperties server,
      Certificates certificates,
      TrustBundles trustBundles) {
    this.certificate = Objects.requireNonNull(properties.certificate());
    this.trustBundle = properties.trustBundle();
    this.certificates = certificates;
    this.trustBundles = trustBundles;
    requireUse(server.getSsl());
  }

  @Override
  public synchronized void registerBundles(SslBundleRegistry bundles) {
    ManagementIdentity identity;
    try {
      identity = stored();
    } catch (ManagementTlsException e) {
      identity = ManagementIdentity.placeholder();
    }
    bundles.registerBundle(BUNDLE, identity.bundle());
    registry = bundles;
    inForce = identity;
  }

  /** Ends the start if what the port is to serve is still not there. */
  @Override
  public synchronized void run(ApplicationArguments arguments) {
    started = true;
    serve(stored());
  }

  /** The web server takes an updated bundle for the connections that come after. */
  @EventListener
  @Order(SnapshotOrder.LISTENERS)
  synchronized void on(ConfigurationChanged change) {
    if (!started) {
      return;
    }
    try {
      serve(stored());
    } catch (RuntimeException e) {
      LOG.error("The management port keeps {}: {}", inForce, e.getMessage());
    }
  }

  @Override
  public List<String> usersOf(ResourceType type, String name) {
    boolean used =
        type == ResourceType.CERTIFICATE
            ? name.equals(certificate)
            : type == ResourceType.TRUST_BUNDLE && name.equals(trustBundle);
    return used ? List.of("the management port") : List.of();
  }

  private synchronized void serve(ManagementIdentity identity) {
    if (registry != null && !identity.equals(inForce)) {
      registry.updateBundle(BUNDLE, identity.bundle());
      inForce = identity;
      LOG.info("The management port serves {}", identity);
    }
  }

  private void requireUse(@Nullable Ssl ssl) {
    if (ssl == null || !ssl.isEnabled() || !BUNDLE.equals(ssl.getBundle())) {
      throw new ManagementTlsException(
          "handfast.management-tls.certificate is set, but the management port does not use it.",
          "Set server.ssl.bundle to 'handfast'.");
    }
    boolean asksClients = ssl.getClientAuth() != null && ssl.getClientAuth() != Ssl.ClientAuth.NONE;
    if (asksClients && trustBundle == null) {
      // Without one every authority that the JVM knows could name the users here.
      throw new ManagementTlsException(
          "server.ssl.client-auth asks for client certificates, but from no authority.",
          "Name a trust bundle with handfast.management-tls.trust-bundle.");
    }
  }

  private ManagementIdentity stored() {
    Credential credential =
        certificates
            .current(certificate)
            .orElseThrow(() -> missing("certificate", certificate, "certificate"));
    String bundle = trustBundle;
    List<X509Certificate> authorities =
        bundle == null
            ? null
            : trustBundles
                .certificates(bundle)
                .orElseThrow(() -> missing("trust bundle", bundle, "trust-bundle"));
    return ManagementIdentity.of(credential, authorities);
  }

  private static ManagementTlsException missing(String kind, String name, String property) {
    return new ManagementTlsException(
        "There is no %s '%s' (handfast.management-tls.%s).".formatted(kind, name, property),
        "Bring it with the configuration file or the certificate directory. Or start without"
            + " server.ssl.* and handfast.management-tls.*, make it over the management API, and"
            + " start again.");
  }

  /** There is one if a certificate is named; asked at every start, as a condition would not be. */
  static final class IfNamed implements BeanRegistrar {

    @Override
    public void register(BeanRegistry registry, Environment environment) {
      if (environment.containsProperty("handfast.management-tls.certificate")) {
        registry.registerBean(ManagementTls.class);
      }
    }
  }
}
