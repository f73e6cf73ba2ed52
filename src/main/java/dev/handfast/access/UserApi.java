package dev.handfast.access;

import dev.handfast.configuration.AlreadyExistsException;
import dev.handfast.configuration.ResourceName;
import dev.handfast.configuration.Violations;
import dev.handfast.web.Page;
import dev.handfast.web.PageRequest;
import dev.handfast.web.Revisioned;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping("/api/v1/users")
@Tag(name = "Users", description = "Local users; for administrators alone")
class UserApi {

  private final Users users;
  private final Passwords passwords;

  UserApi(Users users, Passwords passwords) {
    this.users = users;
    this.passwords = passwords;
  }

  @GetMapping
  @Operation(summary = "Lists the local users by name")
  Page<User> list(PageRequest page) {
    String after = page.cursor() == null ? "" : page.cursor();
    return Page.of(
        users.after(after, page.size() + 1).stream().map(User::of).toList(), page, User::name);
  }

  @GetMapping("/{name}")
  @Operation(summary = "Shows a user")
  ResponseEntity<User> show(@PathVariable String name) {
    return answer(users.get(name));
  }

  @PostMapping
  @Operation(summary = "Creates a user")
  ResponseEntity<User> create(@RequestBody NewUser body) {
    Violations violations = new Violations();
    ResourceName.check(violations, body.name());
    violations.require(
        body.role() != null, "role", "is missing (expected: viewer, operator, admin)");
    Passwords.check(violations, "password", body.password());
    violations.throwIfAny();
    String name = required(body.name());
    if (!users.create(name, required(body.role()), passwords.hash(required(body.password())))) {
      throw new AlreadyExistsException("user", name);
    }
    UserAccount created = users.get(name);
    return Revisioned.created(created.revision(), User.of(created));
  }

  @PutMapping("/{name}")
  @Operation(
      summary = "Changes a user",
      description = "What is left out stays as it is. A changed password is in force at once.")
  ResponseEntity<User> replace(
      @PathVariable String name,
      @RequestHeader(name = HttpHeaders.IF_MATCH, required = false) @Nullable String ifMatch,
      @RequestBody ChangedUser body) {
    // A hash takes long: not for a user who does not exist, and not while users are locked.
    users.get(name);
    String hash = null;
    if (body.password() != null) {
      Violations violations = new Violations();
      Passwords.check(violations, "password", body.password());
      violations.throwIfAny();
      hash = passwords.hash(body.password());
    }
    return answer(
        users.change(name, Revisioned.ifMatch(ifMatch), body.role(), body.enabled(), hash));
  }

  @DeleteMapping("/{name}")
  @Operation(summary = "Deletes a user; the last enabled admin cannot be deleted")
  ResponseEntity<Void> delete(
      @PathVariable String name,
      @RequestHeader(name = HttpHeaders.IF_MATCH, required = false) @Nullable String ifMatch) {
    users.delete(name, Revisioned.ifMatch(ifMatch));
    return ResponseEntity.noContent().build();
  }

  private static ResponseEntity<User> answer(UserAccount account) {
    return Revisioned.ok(account.revision(), User.of(account));
  }

  /** What was checked before. */
  private static <T> T required(@Nullable T value) {
    return Objects.requireNonNull(value);
  }

  /** A user as the API shows it. */
  record User(
      String name,
      Role role,
      boolean enabled,
      Instant createdAt,
      Instant updatedAt,
      long revision) {

    static User of(UserAccount account) {
      return new User(
          account.name(),
          account.role(),
          account.enabled(),
          account.createdAt(),
          account.updatedAt(),
          account.revision());
    }
  }

  /** A user to be created. */
  record NewUser(@Nullable String name, @Nullable Role role, @Nullable String password) {

    @Override
    public String toString() {
      return "NewUser[" + name + ", " + role + "]";
    }
  }

  /** What is to change of a user. */
  record ChangedUser(@Nullable Role role, @Nullable Boolean enabled, @Nullable String password) {

    @Override
    public String toString() {
      return "ChangedUser[" + role + ", " + enabled + "]";
    }
  }
}
