package dev.handfast.configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import dev.handfast.testing.Postgres;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.beans.factory.support.StaticListableBeanFactory;
import org.springframework.core.ResolvableType;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.json.JsonMapper;

/** The migrations, and the one door for changes, on both databases. */
class DatabaseTest {

  private static final ResourceType TYPE = ResourceType.TLS_PROFILE;

  private static final HandfastProperties PROPERTIES =
      new HandfastProperties(
          Path.of("target"),
          null,
          new HandfastProperties.Configuration(
              Duration.ofSeconds(1), HandfastProperties.ManagedEdits.REFUSE));

  private final List<HikariDataSource> pools = new ArrayList<>();

  @AfterEach
  void closePools() {
    pools.forEach(HikariDataSource::close);
  }

  @ParameterizedTest
  @EnumSource
  void theMigrationsRunFromEmptyToTheNewestAndOnlyOnce(Database database) {
    String url = database.newUrl();
    assertThat(migrate(pool(url))).isPositive();
    assertThat(migrate(pool(url))).isZero();
  }

  @ParameterizedTest
  @EnumSource
  void anObjectIsKeptWithItsRevision(Database database) {
    Instance instance = new Instance(database.newUrl());
    instance.changes.apply(() -> instance.objects.create(TYPE, "a", new Value("é€😀", 1)));
    StoredObject<Value> created = instance.objects.get(TYPE, "a", Value.class);
    assertThat(created.value()).isEqualTo(new Value("é€😀", 1));
    assertThat(created.revision()).isEqualTo(1);
    instance.changes.apply(
        () -> instance.objects.replace(TYPE, "a", OptionalLong.of(1), new Value("b", 2)));
    assertThat(instance.objects.get(TYPE, "a", Value.class).revision()).isEqualTo(2);
    assertThatThrownBy(
            () ->
                instance.changes.apply(
                    () ->
                        instance.objects.replace(TYPE, "a", OptionalLong.of(1), new Value("c", 3))))
        .isInstanceOf(RevisionMismatchException.class)
        .hasMessageContaining("revision 2");
    assertThatThrownBy(
            () ->
                instance.changes.apply(() -> instance.objects.create(TYPE, "a", new Value("d", 4))))
        .isInstanceOf(AlreadyExistsException.class);
    assertThat(instance.changes.currentRevision()).isEqualTo(2);
    assertThat(instance.published).containsExactly(1L, 2L);
  }

  @ParameterizedTest
  @EnumSource
  void changesOfTwoInstancesAtOnceLoseNothing(Database database) throws Exception {
    String url = database.newUrl();
    List<Instance> instances = List.of(new Instance(url), new Instance(url));
    instances
        .getFirst()
        .changes
        .apply(() -> instances.getFirst().objects.create(TYPE, "counter", new Value("", 0)));
    int changes = 40;
    try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
      List<Future<Long>> revisions =
          IntStream.range(0, changes)
              .mapToObj(i -> threads.submit(() -> increment(instances.get(i % 2))))
              .toList();
      List<Long> seen = new ArrayList<>();
      for (Future<Long> revision : revisions) {
        seen.add(revision.get());
      }
      assertThat(seen).doesNotHaveDuplicates();
    }
    Instance first = instances.getFirst();
    assertThat(first.objects.get(TYPE, "counter", Value.class).value().number()).isEqualTo(changes);
    assertThat(first.changes.currentRevision()).isEqualTo(changes + 1L);
  }

  @ParameterizedTest
  @EnumSource
  void aChangeThatThrowsLeavesNothing(Database database) {
    Instance instance = new Instance(database.newUrl());
    assertThatThrownBy(
            () ->
                instance.changes.apply(
                    () -> {
                      instance.objects.create(TYPE, "a", new Value("a", 1));
                      throw new IllegalStateException("on purpose");
                    }))
        .hasMessage("on purpose");
    assertThat(instance.objects.findAll(TYPE, Value.class)).isEmpty();
    assertThat(instance.changes.currentRevision()).isZero();
    assertThat(instance.published).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void aChangeElsewhereIsFollowed(Database database) {
    String url = database.newUrl();
    Instance here = new Instance(url);
    Instance elsewhere = new Instance(url);
    here.changes.follow();
    elsewhere.changes.apply(() -> elsewhere.objects.create(TYPE, "a", new Value("a", 1)));
    here.changes.follow();
    here.changes.follow();
    assertThat(here.published).containsExactly(0L, 1L);
  }

  private static long increment(Instance instance) {
    return instance.changes.apply(
        () -> {
          Value value = instance.objects.get(TYPE, "counter", Value.class).value();
          return instance
              .objects
              .replace(TYPE, "counter", OptionalLong.empty(), new Value("", value.number() + 1))
              .revision();
        });
  }

  private static int migrate(HikariDataSource pool) {
    return Flyway.configure().dataSource(pool).load().migrate().migrationsExecuted;
  }

  private HikariDataSource pool(String url) {
    HikariDataSource pool = new HikariDataSource();
    pool.setJdbcUrl(url);
    pool.setMaximumPoolSize(8);
    pools.add(pool);
    return pool;
  }

  private final class Instance {

    final List<Long> published = new CopyOnWriteArrayList<>();
    final ConfigurationChanges changes;
    final ConfigurationObjects objects;

    Instance(String url) {
      HikariDataSource pool = pool(url);
      migrate(pool);
      JdbcClient jdbc = JdbcClient.create(pool);
      changes =
          new ConfigurationChanges(
              jdbc,
              new SharedDatabase(pool, jdbc, url.startsWith("jdbc:postgresql:")),
              new TransactionTemplate(new JdbcTransactionManager(pool)),
              event -> published.add(((ConfigurationChanged) event).revision()),
              new StaticListableBeanFactory()
                  .getBeanProvider(
                      ResolvableType.forClassWithGenerics(NamedObjects.class, Object.class)),
              new SimpleMeterRegistry());
      objects =
          new ConfigurationObjects(
              jdbc,
              new JsonMapper(),
              new ManagedObjects(jdbc, PROPERTIES),
              event -> {},
              Clock.systemUTC());
    }
  }

  private record Value(String text, int number) {}

  enum Database {
    H2 {
      @Override
      String newUrl() {
        return "jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1";
      }
    },
    POSTGRESQL {
      @Override
      String newUrl() {
        return Postgres.newDatabase();
      }
    };

    abstract String newUrl();
  }
}
