package dev.handfast.access;

import dev.handfast.configuration.ResourceName;
import dev.handfast.configuration.Violations;
import dev.handfast.web.Page;
import dev.handfast.web.PageRequest;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.security.Principal;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping("/api/v1/tokens")
@Tag(name = "Tokens", description = "Bearer tokens for programs; for administrators alone")
class TokenApi {

  private static final Duration DEFAULT_LIFETIME = Duration.ofDays(90);
  private static final Duration MAX_LIFETIME = Duration.ofDays(3650);

  private final ApiTokens tokens;

  TokenApi(ApiTokens tokens) {
    this.tokens = tokens;
  }

  @GetMapping
  @Operation(summary = "Lists the tokens, oldest first")
  Page<ApiTokens.ApiToken> list(PageRequest page) {
    String after = page.cursor() == null ? "" : page.cursor();
    return Page.of(tokens.after(after, page.size() + 1), page, ApiTokens.ApiToken::id);
  }

  @GetMapping("/{id}")
  @Operation(summary = "Shows a token, without its value")
  ApiTokens.ApiToken show(@PathVariable String id) {
    return tokens.get(id);
  }

  @PostMapping
  @Operation(
      summary = "Makes a token",
      description = "The answer is the only place where its value can be seen.")
  ResponseEntity<IssuedToken> issue(@RequestBody NewToken body, Principal caller) {
    Violations violations = new Violations();
    ResourceName.check(violations, body.name());
    violations.require(
        body.role() != null, "role", "is missing (expected: viewer, operator, admin)");
    Duration lifetime = body.expiresIn() == null ? DEFAULT_LIFETIME : body.expiresIn();
    violations.require(
        lifetime.isPositive() && lifetime.compareTo(MAX_LIFETIME) <= 0,
        "expiresIn",
        "%s (expected: more than PT0S, at most P3650D)".formatted(lifetime));
    violations.throwIfAny();
    ApiTokens.Issued issued =
        tokens.issue(
            Objects.requireNonNull(body.name()),
            Objects.requireNonNull(body.role()),
            lifetime,
            caller.getName());
    return ResponseEntity.status(201).body(IssuedToken.of(issued));
  }

  @DeleteMapping("/{id}")
  @Operation(summary = "Revokes a token at once")
  ResponseEntity<Void> revoke(@PathVariable String id) {
    tokens.revoke(id);
    return ResponseEntity.noContent().build();
  }

  /**
   * A token to be made.
   *
   * @param expiresIn P90D unless given
   */
  record NewToken(@Nullable String name, @Nullable Role role, @Nullable Duration expiresIn) {}

  /** A token with its value. */
  record IssuedToken(
      String id, String name, Role role, Instant createdAt, Instant expiresAt, String token) {

    static IssuedToken of(ApiTokens.Issued issued) {
      ApiTokens.ApiToken token = issued.token();
      return new IssuedToken(
          token.id(),
          token.name(),
          token.role(),
          token.createdAt(),
          token.expiresAt(),
          issued.value());
    }

    @Override
    public String toString() {
      return "IssuedToken[" + id + "]";
    }
  }
}
