package dev.handfast.session;

import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The store behind the memory, shared by all replicas. Every method blocks, and throws {@link
 * org.springframework.dao.DataAccessException} when the store does not do as asked. Any thread.
 */
interface SessionStorage {

  /** Those of the identifiers that are stored and have not expired. */
  List<FoundSession> find(Collection<String> ids, Instant now);

  /** Writes a batch, as one transaction where the store has them. */
  void write(Batch batch);

  /** Deletes everything selected, in small pieces; returns how many. */
  long delete(SessionSelector selector);

  /** Deletes up to {@code limit} expired sessions; returns how many. */
  int deleteExpired(Instant now, int limit);

  /** Those selected that have not expired, the last to expire first. */
  List<SessionRow> list(SessionSelector selector, @Nullable Position after, int limit, Instant now);

  /** One that has not expired, or empty. */
  Optional<SessionRow> get(String id, Instant now);

  /** How many there are that have not expired, by listener and protocol. */
  List<Group> groups(Instant now);

  /** How many there are; expired ones that were not deleted yet may be counted. */
  long count();

  /**
   * What is to be written: a session is in at most one of the three.
   *
   * @param issued new rows
   * @param used rows that were resumed; unknown ones are ignored
   * @param deleted identifiers; unknown ones are ignored
   */
  record Batch(List<StoredSession> issued, List<Use> used, List<String> deleted) {

    int size() {
      return issued.size() + used.size() + deleted.size();
    }
  }

  /**
   * That a session was resumed.
   *
   * @param count how many times since the last write, 1 or more
   * @param expiresAt as it is now
   */
  record Use(String id, int count, Instant lastUsedAt, Instant expiresAt) {}

  /** A place in a list. */
  record Position(Instant expiresAt, String id) {}

  /** A line of the summary. */
  record Group(String listener, String protocol, long sessions) {}
}
