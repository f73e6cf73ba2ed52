package dev.handfast.access;

import dev.handfast.configuration.ConflictException;
import dev.handfast.configuration.InvalidConfigurationException;
import dev.handfast.configuration.Violations;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Objects;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.security.core.Authentication;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping("/api/v1/me")
@Tag(name = "Me", description = "The caller")
class MeApi {

  private final Users users;
  private final Passwords passwords;

  MeApi(Users users, Passwords passwords) {
    this.users = users;
    this.passwords = passwords;
  }

  @GetMapping
  @Operation(summary = "Shows who is calling, and with which role")
  Me show(Authentication caller) {
    Role role =
        Arrays.stream(Role.values())
            .filter(
                candidate ->
                    caller.getAuthorities().stream()
                        .anyMatch(
                            given -> ("ROLE_" + candidate.name()).equals(given.getAuthority())))
            .max(Comparator.naturalOrder())
            .orElseThrow();
    return new Me(caller.getName(), role);
  }

  @PutMapping("/password")
  @Operation(summary = "Changes the caller's own password")
  ResponseEntity<Void> changePassword(Authentication caller, @RequestBody NewPassword body) {
    UserAccount account =
        users
            .find(caller.getName())
            .orElseThrow(() -> new ConflictException("only local users have a password"));
    Violations violations = new Violations();
    violations.require(
        body.currentPassword() != null, "currentPassword", "is missing (expected: a password)");
    Passwords.check(violations, "newPassword", body.newPassword());
    violations.throwIfAny();
    if (!passwords.matches(
        Objects.requireNonNull(body.currentPassword()), account.passwordHash())) {
      throw new InvalidConfigurationException("currentPassword", "is not the current password");
    }
    users.change(
        account.name(),
        OptionalLong.of(account.revision()),
        null,
        null,
        passwords.hash(Objects.requireNonNull(body.newPassword())));
    return ResponseEntity.noContent().build();
  }

  /** The caller: {@code admin}, {@code token:ci}, {@code oidc:ann}. */
  record Me(String name, Role role) {}

  /** A password to be changed. */
  record NewPassword(@Nullable String currentPassword, @Nullable String newPassword) {

    @Override
    public String toString() {
      return "NewPassword[]";
    }
  }
}
