package dev.handfast.profile;

import dev.handfast.configuration.NamedObjects;
import dev.handfast.configuration.StoredObject;
import dev.handfast.handshake.TlsProfile;
import dev.handfast.web.NamedObjectEndpoints;
import dev.handfast.web.Page;
import dev.handfast.web.PageRequest;
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

  private final NamedObjectEndpoints<ProfileDocument, Profile> endpoints;
  private final NamedObjects<ProfileDocument> profiles;

  TlsProfileApi(NamedObjects<ProfileDocument> profiles) {
    this.endpoints = new NamedObjectEndpoints<>(profiles, this::profile);
    this.profiles = profiles;
  }

  @GetMapping
  @Operation(summary = "Lists the profiles by name, the built-in ones among them")
  Page<Profile> list(PageRequest page) {
    return endpoints.list(page);
  }

  @GetMapping("/{name}")
  @Operation(summary = "Shows a profile")
  ResponseEntity<Profile> show(@PathVariable String name) {
    return endpoints.show(name);
  }

  @PostMapping
  @Operation(summary = "Creates a profile")
  ResponseEntity<Profile> create(@RequestBody ProfileBody body) {
    return endpoints.create(body.name(), body.document());
  }

  @PutMapping("/{name}")
  @Operation(
      summary = "Replaces a profile",
      description = "New handshakes use it at once; a built-in profile cannot be replaced (409).")
  ResponseEntity<Profile> replace(
      @PathVariable String name,
      @RequestHeader(name = HttpHeaders.IF_MATCH, required = false) @Nullable String ifMatch,
      @RequestBody ProfileBody body) {
    return endpoints.replace(name, ifMatch, body.name(), body.document());
  }

  @DeleteMapping("/{name}")
  @Operation(summary = "Deletes a profile that no listener uses")
  ResponseEntity<Void> delete(
      @PathVariable String name,
      @RequestHeader(name = HttpHeaders.IF_MATCH, required = false) @Nullable String ifMatch) {
    return endpoints.delete(name, ifMatch);
  }

  private Profile profile(StoredObject<ProfileDocument> stored) {
    TlsProfile value = stored.value().toProfile(stored.name());
    return new Profile(
        stored.name(),
        value.minVersion().label(),
        value.maxVersion().label(),
        value.cipherSuites(),
        value.groups(),
        value.signatureSchemes(),
        profiles.isBuiltIn(stored.name()),
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
