package dev.handfast.journal;

import dev.handfast.configuration.SharedDatabase;
import dev.handfast.handshake.ClientHello;
import dev.handfast.handshake.HandshakeFormat;
import dev.handfast.listener.Listeners;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.InstantSource;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.json.JsonMapper;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties({JournalSettings.class, ProbeLimits.class})
class JournalModule {

  @Bean
  Journal journal(
      JournalSettings settings,
      JdbcTemplate jdbc,
      TransactionTemplate transaction,
      JsonMapper json,
      MeterRegistry registry,
      InstantSource clock) {
    HandshakeStore store = new HandshakeStore(jdbc, transaction, json, clock);
    return new Journal(settings, store, registry, clock, System::nanoTime);
  }

  @Bean
  HandshakeFormat handshakeFormat(JsonMapper json) {
    RecordFormat format = new RecordFormat(json);
    return handshake -> {
      HandshakeRecord shown = format.format(handshake);
      ClientHello hello = handshake.clientHello();
      return json.writeValueAsBytes(hello == null ? shown : shown.withOffer(ClientOffer.of(hello)));
    };
  }

  @Bean
  HandshakeQueries handshakeQueries(JdbcClient jdbc, JsonMapper json) {
    return new HandshakeQueries(jdbc, json);
  }

  @Bean
  SummaryQuery handshakeSummaries(JdbcClient jdbc) {
    return new SummaryQuery(jdbc);
  }

  @Bean
  Retention journalRetention(
      JournalSettings settings, SharedDatabase database, JdbcClient jdbc, InstantSource clock) {
    return new Retention(settings, database, jdbc, clock);
  }

  @Bean
  Simulations simulations(
      JdbcClient jdbc, JsonMapper json, HandshakeQueries queries, InstantSource clock) {
    return new Simulations(jdbc, json, queries, clock);
  }

  @Bean
  ProbeTarget probeTarget(ProbeLimits limits, Listeners listeners) {
    return new ProbeTarget(limits, listeners);
  }

  @Bean
  ReasonGuide reasonGuide() {
    return ReasonGuide.load();
  }
}
