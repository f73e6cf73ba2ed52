package dev.handfast.journal;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * A table whose rows many handshakes share, named by the SHA-256 of their content. A row is touched
 * when it was not used for a while, so that retention knows which are unused. Blocks.
 */
final class SharedContent {

  /** A row in use is touched at least this often. */
  static final Duration TOUCH_AFTER = Duration.ofHours(1);

  private static final int MOST_KNOWN = 10_000;

  private final JdbcClient jdbc;
  private final String update;
  private final String insert;
  private final Cache<String, Boolean> known =
      Caffeine.newBuilder().maximumSize(MOST_KNOWN).expireAfterWrite(TOUCH_AFTER).build();

  private SharedContent(JdbcClient jdbc, String update, String insert) {
    this.jdbc = jdbc;
    this.update = update;
    this.insert = insert;
  }

  static SharedContent offers(JdbcClient jdbc) {
    return new SharedContent(
        jdbc,
        "update client_offer set last_seen = ? where fingerprint = ?",
        "insert into client_offer (last_seen, fingerprint, offer) values (?, ?, ?)");
  }

  static SharedContent chains(JdbcClient jdbc) {
    return new SharedContent(
        jdbc,
        "update client_chain set last_seen = ? where fingerprint = ?",
        "insert into client_chain (last_seen, fingerprint, chain) values (?, ?, ?)");
  }

  /** Makes sure that the content is kept. Called outside a transaction. */
  void keep(String fingerprint, Object content, Instant now) {
    if (known.getIfPresent(fingerprint) != null) {
      return;
    }
    var at = now.atOffset(ZoneOffset.UTC);
    if (jdbc.sql(update).params(at, fingerprint).update() == 0) {
      try {
        jdbc.sql(insert).params(at, fingerprint, content).update();
      } catch (DuplicateKeyException e) {
        // Another replica kept it in the meantime: it is there, and that is all we want.
      }
    }
    known.put(fingerprint, true);
  }
}
