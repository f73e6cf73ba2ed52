package dev.handfast.renegotiation;

import dev.handfast.certificate.Certificates;
import dev.handfast.clientauth.ClientAuthDecisions;
import dev.handfast.clientauth.ClientAuthPolicies;
import dev.handfast.listener.ConnectionSelector;
import dev.handfast.listener.Connections;
import dev.handfast.listener.Listeners;
import dev.handfast.listener.RenegotiationMeters;
import dev.handfast.replica.Replicas;
import dev.handfast.session.Sessions;
import java.time.InstantSource;
import java.util.OptionalInt;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import tools.jackson.databind.json.JsonMapper;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(RenegotiationProperties.class)
class RenegotiationModule {

  @Bean
  PolicyOfConnection policyOfConnection(Listeners listeners) {
    return connection -> listeners.policyInForce(connection.listener(), connection.serverName());
  }

  @Bean
  Renegotiations renegotiations(
      Sessions sessions,
      RenegotiationProperties properties,
      RenegotiationMeters meters,
      InstantSource clock) {
    return new Renegotiations(
        new Renegotiator(sessions, properties.responseTimeout()), properties, meters, clock);
  }

  @Bean
  RenegotiationTopics renegotiationTopics(
      Connections connections, PolicyOfConnection policies, Renegotiations renegotiations) {
    return new RenegotiationTopics(connections::select, policies, renegotiations);
  }

  @Bean
  RenegotiationApi renegotiationApi(
      RenegotiationTopics topics,
      Replicas replicas,
      Renegotiations renegotiations,
      ApplicationEventPublisher events,
      JsonMapper json) {
    return new RenegotiationApi(topics, replicas, renegotiations, events, json);
  }

  @Bean
  SupersededSessions supersededSessions(
      Sessions sessions, ClientAuthPolicies policies, Certificates certificates) {
    return new SupersededSessions(sessions, policies, certificates);
  }

  @Bean
  RuleSchedule renegotiationRules(
      Connections connections,
      PolicyOfConnection routePolicies,
      ClientAuthPolicies policies,
      ClientAuthDecisions decisions,
      Certificates certificates,
      Renegotiations renegotiations,
      RenegotiationProperties properties,
      InstantSource clock) {
    LiveConnectionRules rules =
        new LiveConnectionRules(
            () -> connections.select(ConnectionSelector.ALL),
            routePolicies,
            policies,
            new Verdicts(decisions),
            name ->
                certificates
                    .current(name)
                    .map(credential -> OptionalInt.of(credential.version()))
                    .orElse(OptionalInt.empty()),
            renegotiations,
            clock);
    return new RuleSchedule(rules, properties.checkInterval());
  }
}
