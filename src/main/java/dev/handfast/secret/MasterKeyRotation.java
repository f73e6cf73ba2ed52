package dev.handfast.secret;

import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Remembers which master keys the database depends on, and at each start seals again under the
 * current one what another one sealed, so that the other one can be taken away.
 */
@Component
class MasterKeyRotation implements SmartInitializingSingleton {

  private static final Logger LOG = LoggerFactory.getLogger(MasterKeyRotation.class);

  private final JdbcClient jdbc;
  private final TransactionTemplate transaction;
  private final MasterKeys keys;
  private final ObjectProvider<SealedData> sealedData;

  MasterKeyRotation(
      JdbcClient jdbc,
      TransactionTemplate transaction,
      MasterKeys keys,
      ObjectProvider<SealedData> sealedData) {
    this.jdbc = jdbc;
    this.transaction = transaction;
    this.keys = keys;
    this.sealedData = sealedData;
  }

  @Override
  public void afterSingletonsInstantiated() {
    transaction.executeWithoutResult(status -> sealAgain());
  }

  private void sealAgain() {
    // Locks out the other replicas that start now.
    Set<String> before =
        parse(jdbc.sql("select in_use from master_key for update").query(String.class).single());
    MasterKeySource.requireOpening(before, keys);
    int count = sealedData.stream().mapToInt(SealedData::sealAgain).sum();
    if (!before.equals(Set.of(keys.currentId()))) {
      jdbc.sql("update master_key set in_use = ?").param(keys.currentId()).update();
    }
    if (count > 0) {
      LOG.info("Sealed {} secrets again under master key {}", count, keys.currentId());
    }
  }

  /** Identifiers of the keys that the database's secrets are sealed under. */
  static Set<String> idsInUse(JdbcClient jdbc) {
    return parse(jdbc.sql("select in_use from master_key").query(String.class).single());
  }

  private static Set<String> parse(String text) {
    return text.isEmpty() ? Set.of() : new LinkedHashSet<>(Arrays.asList(text.split(",")));
  }
}
