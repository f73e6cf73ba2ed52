package dev.handfast.replica;

import dev.handfast.configuration.ConfigurationChanges;
import dev.handfast.configuration.SharedDatabase;
import java.time.InstantSource;
import java.util.UUID;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.info.BuildProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionOperations;
import tools.jackson.databind.json.JsonMapper;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(ReplicaProperties.class)
class ReplicaModule {

  @Bean
  Self replicaSelf(
      ReplicaProperties properties,
      Environment environment,
      ObjectProvider<BuildProperties> build,
      ConfigurationChanges changes,
      ObjectProvider<ConnectionCount> connections,
      InstantSource clock) {
    String name = properties.name();
    String port = environment.getProperty("server.port", "0");
    BuildProperties built = build.getIfAvailable();
    String version = built == null ? null : built.getVersion();
    Identity identity =
        new Identity(
            UUID.randomUUID().toString(),
            name == null ? Identity.defaultName(port) : name,
            version == null ? "unknown" : version,
            clock.instant());
    return new Self(
        identity,
        () ->
            new Self.Condition(
                Identity.address(environment.getProperty("local.server.port", port)),
                changes.publishedRevision(),
                changes.lastApplySucceeded(),
                connections.stream().mapToInt(ConnectionCount::connections).sum()),
        clock);
  }

  @Bean
  ReplicaRegister replicaRegister(JdbcClient jdbc, ReplicaProperties properties) {
    return new ReplicaRegister(jdbc, properties);
  }

  @Bean
  MailboxStore mailboxStore(
      JdbcClient jdbc, TransactionOperations transaction, SharedDatabase database) {
    return new MailboxStore(jdbc, transaction, database);
  }

  @Bean
  Topics replicaTopics(ObjectProvider<Topic.Source> sources, JsonMapper json) {
    return new Topics(() -> sources.stream().flatMap(source -> source.topics().stream()), json);
  }

  @Bean
  Correspondence replicaCorrespondence(Self self, MailboxStore store, Topics topics) {
    return new Correspondence(self.id(), store, topics);
  }

  @Bean
  Mailbox replicaMailbox(
      Self self,
      SharedDatabase database,
      ReplicaRegister register,
      MailboxStore store,
      Topics topics,
      ReplicaProperties properties) {
    return new Mailbox(self, register, store, topics, properties, database.isShared());
  }

  @Bean
  SharedDatabase.Subscriber replicaQuestions(Mailbox mailbox) {
    return new Signal(MailboxStore.QUESTIONS, mailbox::look);
  }

  @Bean
  SharedDatabase.Subscriber replicaAnswers(Correspondence correspondence) {
    return new Signal(MailboxStore.ANSWERS, correspondence::look);
  }

  @Bean
  Replicas replicas(
      Self self,
      SharedDatabase database,
      ReplicaRegister register,
      Correspondence correspondence,
      ReplicaProperties properties) {
    return new Replicas(self, database, register, correspondence, properties.answerTimeout());
  }

  private record Signal(String channel, Runnable look) implements SharedDatabase.Subscriber {

    @Override
    public void signalled() {
      look.run();
    }
  }
}
