package dev.handfast.replica;

import dev.handfast.replica.Replica.State;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The table of replicas, on PostgreSQL. Blocks. */
final class ReplicaRegister {

  private final JdbcClient jdbc;
  private final Duration silentAfter;
  private final Duration forgetAfter;

  ReplicaRegister(JdbcClient jdbc, ReplicaProperties properties) {
    this.jdbc = jdbc;
    this.silentAfter = properties.silentAfter();
    this.forgetAfter = properties.forgetAfter();
  }

  /** Forgets those that this replica succeeds: processes with the same name that were killed. */
  void succeed(String id, String name) {
    jdbc.sql("delete from replica where name = ? and id <> ?").params(name, id).update();
  }

  /** Says that a replica lives, and how it is. */
  void heartbeat(Replica replica) {
    jdbc.sql(
            """
            insert into replica (id, name, address, version, started_at, last_seen, revision,
                                 in_force, connections)
            values (:id, :name, :address, :version, :started, now(), :revision, :inForce,
                    :connections)
            on conflict (id) do update
            set address = :address, last_seen = now(), revision = :revision, in_force = :inForce,
                connections = :connections
            """)
        .param("id", replica.id())
        .param("name", replica.name())
        .param("address", replica.address())
        .param("version", replica.version())
        .param("started", replica.startedAt().atOffset(ZoneOffset.UTC))
        .param("revision", replica.revision())
        .param("inForce", replica.configurationInForce())
        .param("connections", replica.connections())
        .update();
  }

  /** All replicas by name, as one of them sees the others. */
  List<Replica> all(String self) {
    return jdbc.sql(
            """
            select id, name, address, version, started_at, last_seen, revision, in_force,
                   connections,
                   last_seen < now() - make_interval(secs => ?) as silent
            from replica order by name, id
            """)
        .param(silentAfter.toMillis() / 1000.0)
        .query((row, number) -> read(row, self))
        .list();
  }

  /** A replica ends. */
  void leave(String id) {
    jdbc.sql("delete from replica where id = ?").param(id).update();
  }

  /** Forgets those that were silent for too long. */
  void forgetOld() {
    jdbc.sql("delete from replica where last_seen < now() - make_interval(secs => ?)")
        .param(forgetAfter.toMillis() / 1000.0)
        .update();
  }

  private static Replica read(ResultSet row, String self) throws SQLException {
    String id = row.getString("id");
    State state =
        id.equals(self) ? State.SELF : row.getBoolean("silent") ? State.SILENT : State.LIVE;
    return new Replica(
        id,
        row.getString("name"),
        state,
        row.getString("address"),
        row.getString("version"),
        row.getObject("started_at", OffsetDateTime.class).toInstant(),
        row.getObject("last_seen", OffsetDateTime.class).toInstant(),
        row.getLong("revision"),
        row.getBoolean("in_force"),
        row.getInt("connections"));
  }
}
