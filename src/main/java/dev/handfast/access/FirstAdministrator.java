package dev.handfast.access;

import java.io.PrintStream;
import java.util.Optional;
import java.util.OptionalLong;
import org.springframework.boot.ApplicationArguments;
import org.springframework.boot.ApplicationRunner;
import org.springframework.stereotype.Component;

/**
 * Makes the user {@code admin} when there are no users. A generated password goes to standard
 * output, once, and not to the log.
 */
@Component
class FirstAdministrator implements ApplicationRunner {

  private static final String NAME = "admin";
  private static final int SHORTEST_PASSWORD = 12;

  private final Users users;
  private final Passwords passwords;
  private final AccessProperties properties;

  FirstAdministrator(Users users, Passwords passwords, AccessProperties properties) {
    if (properties.password() != null
        && !properties.password().isEmpty()
        && properties.password().length() < SHORTEST_PASSWORD) {
      throw new WeakAdministratorPasswordException(
          properties.password().length(), SHORTEST_PASSWORD);
    }
    this.users = users;
    this.passwords = passwords;
    this.properties = properties;
  }

  @Override
  public void run(ApplicationArguments arguments) {
    ensure(System.out);
  }

  void ensure(PrintStream terminal) {
    String configured = properties.password();
    if (configured != null && !configured.isEmpty()) {
      ensurePassword(configured);
    } else if (users.after("", 1).isEmpty()) {
      String generated = Passwords.generate();
      if (users.create(NAME, Role.ADMIN, passwords.hash(generated))) {
        terminal.printf(
            "%n  Management user '%s' was created. Its password, shown this once: %s%n%n",
            NAME, generated);
      }
    }
  }

  private void ensurePassword(String configured) {
    Optional<UserAccount> found = users.find(NAME);
    if (found.isEmpty() && users.create(NAME, Role.ADMIN, passwords.hash(configured))) {
      return;
    }
    UserAccount account = users.get(NAME);
    if (!account.enabled()
        || account.role() != Role.ADMIN
        || !passwords.matches(configured, account.passwordHash())) {
      users.change(NAME, OptionalLong.empty(), Role.ADMIN, true, passwords.hash(configured));
    }
  }
}
