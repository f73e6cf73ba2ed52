package dev.handfast.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.handfast.testing.ManagementTest;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.annotation.DirtiesContext;

@ManagementTest
@DirtiesContext
class FirstAdministratorTest {

  @Autowired private Users users;
  @Autowired private Passwords passwords;
  @Autowired private JdbcClient jdbc;

  @Test
  void theFirstAdministratorsPasswordIsPrintedOnceOrConfigured() {
    jdbc.sql("delete from user_account").update();
    Matcher printed = Pattern.compile("shown this once: (\\S{24})").matcher(start(null));
    assertThat(printed.find()).isTrue();
    String generated = printed.group(1);
    UserAccount account = users.get("admin");
    assertThat(passwords.matches(generated, account.passwordHash())).isTrue();
    assertThat(account.passwordHash()).startsWith("$argon2id$").doesNotContain(generated);
    assertThat(account.role()).isEqualTo(Role.ADMIN);

    assertThat(start(null)).isEmpty();
    assertThat(users.get("admin").passwordHash()).isEqualTo(account.passwordHash());

    assertThat(start(ManagementTest.PASSWORD)).isEmpty();
    String configured = users.get("admin").passwordHash();
    assertThat(passwords.matches(ManagementTest.PASSWORD, configured)).isTrue();
    assertThat(passwords.matches(generated, configured)).isFalse();
    start(ManagementTest.PASSWORD);
    assertThat(users.get("admin").passwordHash()).isEqualTo(configured);
  }

  @Test
  void aWeakConfiguredPasswordEndsStartUp() {
    AccessProperties weak = new AccessProperties("hunter2");
    assertThat(weak.toString()).doesNotContain("hunter2");
    assertThatThrownBy(() -> new FirstAdministrator(users, passwords, weak))
        .hasMessage("handfast.admin.password: 7 characters (expected: 12 or more)");
  }

  @Test
  void whatIsNoPasswordMatchesNothing() {
    assertThat(passwords.matches("x".repeat(201), passwords.hash("y".repeat(200)))).isFalse();
    assertThat(passwords.matches("anything at all", null)).isFalse();
  }

  @Test
  void checkingAnUnknownUsersPasswordTakesTheSameParameters() {
    assertThat(passwords.nobodysHash())
        .hasSameSizeAs(passwords.hash("y".repeat(20)))
        .startsWith(passwords.hash("y".repeat(20)).replaceFirst("[^$]*\\$[^$]*$", ""));
  }

  private String start(@Nullable String password) {
    ByteArrayOutputStream terminal = new ByteArrayOutputStream();
    new FirstAdministrator(users, passwords, new AccessProperties(password))
        .ensure(new PrintStream(terminal, true, StandardCharsets.UTF_8));
    return Objects.requireNonNull(terminal.toString(StandardCharsets.UTF_8));
  }
}
