package dev.handfast.web;

import dev.handfast.configuration.ConfigurationDocuments;
import dev.handfast.configuration.ManagedObjects;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping("/api/v1/configuration")
@Tag(name = "Configuration", description = "The whole configuration as one document")
class ConfigurationApi {

  private static final String YAML = MediaType.APPLICATION_YAML_VALUE;

  private final ConfigurationDocuments documents;
  private final ManagedObjects managed;

  ConfigurationApi(ConfigurationDocuments documents, ManagedObjects managed) {
    this.documents = documents;
    this.managed = managed;
  }

  @GetMapping(produces = MediaType.APPLICATION_JSON_VALUE)
  @Operation(
      summary = "Shows the whole configuration",
      description =
          "As JSON, or as YAML for Accept: application/yaml. Without private keys; the ETag is the"
              + " configuration's revision.")
  ResponseEntity<String> show() {
    ConfigurationDocuments.Exported exported = documents.exported();
    return Revisioned.ok(exported.revision(), exported.json());
  }

  @GetMapping(produces = YAML)
  @Operation(hidden = true)
  ResponseEntity<String> showYaml() {
    ConfigurationDocuments.Exported exported = documents.exported();
    return Revisioned.ok(exported.revision(), exported.yaml());
  }

  @GetMapping("/managed")
  @Operation(summary = "Lists the objects that a configuration document owns")
  Page<ManagedObjects.Managed> managed() {
    List<ManagedObjects.Managed> all = managed.all();
    return new Page<>(all, null);
  }

  @PutMapping(
      consumes = {MediaType.APPLICATION_JSON_VALUE, YAML},
      produces = MediaType.APPLICATION_JSON_VALUE)
  @Operation(
      summary = "Applies a whole configuration, as one transaction",
      description =
          "Each kind of object that the document has is made what it says; others of that kind are"
              + " deleted. Kinds that it does not have stay. JSON or YAML (Content-Type:"
              + " application/yaml). The answer lists the differences; with dryRun nothing else"
              + " happens.")
  ResponseEntity<ConfigurationDocuments.Applied> apply(
      @RequestHeader(name = HttpHeaders.IF_MATCH, required = false) @Nullable String ifMatch,
      @Parameter(description = "Whether to answer the differences only")
          @RequestParam(defaultValue = "false")
          boolean dryRun,
      @RequestBody String document) {
    OptionalLong expected = Revisioned.ifMatch(ifMatch);
    ConfigurationDocuments.Applied applied = documents.replace(document, expected, dryRun);
    return Revisioned.ok(applied.revision(), applied);
  }
}
