package dev.handfast.listener;

import dev.handfast.certificate.Certificates;
import dev.handfast.clientauth.ClientAuthPolicies;
import dev.handfast.clientauth.TrustBundles;
import dev.handfast.configuration.ConfigurationChanges;
import dev.handfast.configuration.ConfigurationObjects;
import dev.handfast.configuration.DocumentBodies;
import dev.handfast.configuration.DocumentSection;
import dev.handfast.configuration.NamedObjects;
import dev.handfast.configuration.NamedObjectsSection;
import dev.handfast.configuration.References;
import dev.handfast.configuration.StoredNames;
import dev.handfast.engine.TlsEngines;
import dev.handfast.handshake.ClientHelloReader;
import dev.handfast.handshake.HandshakeFormat;
import dev.handfast.handshake.HandshakeJournal;
import dev.handfast.profile.TlsProfiles;
import dev.handfast.session.Sessions;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.InstantSource;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Puts the listeners together. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(ListenerProperties.class)
class ListenerModule {

  @Bean
  @ConditionalOnMissingBean
  TlsEngines tlsEngines() {
    return TlsEngines.create();
  }

  @Bean
  ListenerParts listenerParts(
      Certificates certificates,
      ClientAuthPolicies policies,
      TlsProfiles profiles,
      TrustBundles trustBundles) {
    return new ListenerParts(certificates, policies, profiles, trustBundles);
  }

  @Bean
  ListenerRuntime listenerRuntime(
      ListenerParts parts,
      ListenerProperties properties,
      TlsEngines engines,
      Connections connections,
      RenegotiationMeters renegotiations,
      ObjectProvider<Sessions> sessions,
      HandshakeJournal journal,
      HandshakeFormat format,
      ConfigurationObjects objects,
      MeterRegistry registry,
      InstantSource clock) {
    EventLoops eventLoops = new EventLoops(properties.threads());
    Executor workers =
        Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("handfast-worker-", 0).factory());
    ConnectionServices services =
        new ConnectionServices(
            engines::server,
            () -> ClientHelloReader.create(ClientHelloGate.MAX_CLIENT_HELLO),
            journal,
            format,
            sessions.getIfAvailable(),
            connections,
            renegotiations,
            new UpstreamConnector(
                eventLoops,
                new VirtualThreadResolver(workers),
                properties.upstreamConnectTimeout(),
                System::nanoTime),
            workers,
            System::nanoTime,
            clock);
    return new ListenerRuntime(
        objects,
        new SnapshotCompiler(parts, new PreparedCredentials(engines::prepare)),
        eventLoops,
        services,
        registry,
        properties);
  }

  @Bean
  Listeners listeners(
      ConfigurationObjects objects,
      ListenerParts parts,
      StoredNames stored,
      ListenerRuntime runtime) {
    return new Listeners(objects, new ListenerValidator(parts, stored), runtime);
  }

  @Bean
  NamedObjects<ListenerSettings> listenerObjects(
      Listeners listeners,
      ConfigurationObjects objects,
      ConfigurationChanges changes,
      References references) {
    return new NamedObjects<>(listeners, objects, changes, references);
  }

  @Bean
  DocumentSection listenerSection(NamedObjects<ListenerSettings> listeners, DocumentBodies bodies) {
    return new NamedObjectsSection<>(listeners, bodies);
  }

  @Bean
  ListenersHealthIndicator listenersHealthIndicator(ListenerRuntime runtime) {
    return new ListenersHealthIndicator(runtime);
  }
}
