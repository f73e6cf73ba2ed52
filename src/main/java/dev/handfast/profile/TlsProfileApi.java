package dev.handfast.profile;

import dev.handfast.configuration.InvalidConfigurationException;
import dev.handfast.configuration.StoredObject;
import dev.handfast.handshake.TlsProfile;
import dev.handfast.web.Page;
import dev.handfast.web.PageRequest;
import dev.handfast.web.Revisioned;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.List;
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
@RequestMapping("/api/v1/tls-profiles")
@Tag(
    name = "TLS profiles",
    description = "Accepted versions, cipher suites, groups and signature schemes; IANA names")
class TlsProfileApi {

  private final StoredProfiles profiles;

  TlsProfileApi(StoredProfiles profiles) {
    this.profiles = profiles;
  }

  @GetMapping
  @Operation(summary = "Lists the profiles by name, the built-in ones among them")
  Page<Profile> list(PageRequest page) {
    String after = page.cursor() == null ? "" : page.cursor();
    List<Profile> found =
        profiles.all().stream()
            .filter(stored -> stored.name().compareTo(after) > 0)
            .limit(page.size() + 1L)
            .map(this::profile)
            .toList();
    return Page.of(found, page, Profile::name);
  }

  @GetMapping("/{name}")
  @Operation(summary = "Shows a profile")
  ResponseEntity<Profile> show(@PathVariable String name) {
    return answer(profiles.get(name));
  }

  @PostMapping
  @Operation(summary = "Creates a profile")
  ResponseEntity<Profile> create(@RequestBody ProfileBody body) {
    StoredObject<TlsProfile> created = profiles.create(body.name(), body.document());
    return Revisioned.created(created.revision(), profile(created));
  }

  @PutMapping("/{name}")
  @Operation(
      summary = "Replaces a profile",
      description = "New handshakes use it at once; a built-in profile cannot be replaced (409).")
  ResponseEntity<Profile> replace(
      @PathVariable String name,
      @RequestHeader(name = HttpHeaders.IF_MATCH, required = false) @Nullable String ifMatch,
      @RequestBody ProfileBody body) {
    if (body.name() != null && !body.name().equals(name)) {
      throw new InvalidConfigurationException(
          "name", "differs from the path (expected: '%s', or nothing)".formatted(name));
    }
    return answer(profiles.replace(name, Revisioned.ifMatch(ifMatch), body.document()));
  }

  @DeleteMapping("/{name}")
  @Operation(summary = "Deletes a profile that no listener uses")
  ResponseEntity<Void> delete(
      @PathVariable String name,
      @RequestHeader(name = HttpHeaders.IF_MATCH, required = false) @Nullable String ifMatch) {
    profiles.delete(name, Revisioned.ifMatch(ifMatch));
    return ResponseEntity.noContent().build();
  }

  private ResponseEntity<Profile> answer(StoredObject<TlsProfile> stored) {
    return Revisioned.ok(stored.revision(), profile(stored));
  }

  private Profile profile(StoredObject<TlsProfile> stored) {
    TlsProfile value = stored.value();
    return new Profile(
        stored.name(),
        value.minVersion().label(),
        value.maxVersion().label(),
        value.cipherSuites(),
        value.groups(),
        value.signatureSchemes(),
        StoredProfiles.isBuiltIn(stored.name()),
        stored.revision(),
        profiles.usersOf(stored.name()));
  }

  /**
   * A profile as the API takes it. What the API answers besides is accepted and not looked at, so
   * that an answer can be changed and sent back.
   */
  record ProfileBody(
      @Nullable String name,
      @Nullable String minVersion,
      @Nullable String maxVersion,
      @Nullable List<String> cipherSuites,
      @Nullable List<String> groups,
      @Nullable List<String> signatureSchemes,
      @Nullable Boolean builtIn,
      @Nullable Long revision,
      @Nullable List<String> usedBy) {

    ProfileDocument document() {
      return new ProfileDocument(minVersion, maxVersion, cipherSuites, groups, signatureSchemes);
    }
  }

  /** A profile as the API answers it. */
  record Profile(
      String name,
      String minVersion,
      String maxVersion,
      List<String> cipherSuites,
      List<String> groups,
      List<String> signatureSchemes,
      boolean builtIn,
      long revision,
      List<String> usedBy) {}
}
