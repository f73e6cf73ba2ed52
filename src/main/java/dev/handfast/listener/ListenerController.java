package dev.handfast.listener;

import dev.handfast.configuration.InvalidConfigurationException;
import dev.handfast.configuration.StoredObject;
import dev.handfast.web.Page;
import dev.handfast.web.PageRequest;
import dev.handfast.web.Revisioned;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springdoc.core.annotations.ParameterObject;
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

/** Listeners over REST. */
@RestController
@RequestMapping("/api/v1/listeners")
@Tag(name = "Listeners", description = "Where clients arrive, and how they are met")
class ListenerController {

  private final Listeners listeners;

  ListenerController(Listeners listeners) {
    this.listeners = listeners;
  }

  @GetMapping
  @Operation(summary = "Lists the listeners by name")
  Page<ListenerView> list(@ParameterObject PageRequest page) {
    String after = page.cursor();
    List<ListenerView> found =
        listeners.findAll().stream()
            .filter(it -> after == null || it.name().compareTo(after) > 0)
            .limit(page.size() + 1L)
            .map(this::view)
            .toList();
    return Page.of(found, page, it -> it.settings().name());
  }

  @GetMapping("/{name}")
  @Operation(summary = "Shows a listener")
  ResponseEntity<ListenerView> get(@PathVariable String name) {
    StoredObject<ListenerSettings> found = listeners.get(name);
    return Revisioned.ok(found.revision(), view(found));
  }

  @PostMapping
  @Operation(summary = "Creates a listener, and starts it if it is enabled")
  ResponseEntity<ListenerView> create(@RequestBody ListenerSettings settings) {
    StoredObject<ListenerSettings> created = listeners.create(settings);
    return Revisioned.created(created.revision(), view(created));
  }

  @PutMapping("/{name}")
  @Operation(summary = "Replaces a listener; live connections go on as they are")
  ResponseEntity<ListenerView> replace(
      @PathVariable String name,
      @RequestHeader(name = HttpHeaders.IF_MATCH, required = false) @Nullable String ifMatch,
      @RequestBody ListenerSettings settings) {
    if (!settings.name().isEmpty() && !settings.name().equals(name)) {
      throw new InvalidConfigurationException(
          "name", "'%s' (expected: '%s' as in the path, or none)".formatted(settings.name(), name));
    }
    StoredObject<ListenerSettings> replaced =
        listeners.replace(settings.named(name), Revisioned.ifMatch(ifMatch));
    return Revisioned.ok(replaced.revision(), view(replaced));
  }

  @DeleteMapping("/{name}")
  @Operation(summary = "Deletes a listener; its connections may go on for the drain time")
  ResponseEntity<Void> delete(
      @PathVariable String name,
      @RequestHeader(name = HttpHeaders.IF_MATCH, required = false) @Nullable String ifMatch) {
    listeners.delete(name, Revisioned.ifMatch(ifMatch));
    return ResponseEntity.noContent().build();
  }

  private ListenerView view(StoredObject<ListenerSettings> stored) {
    return ListenerView.of(stored, listeners.status(stored.name()));
  }
}
