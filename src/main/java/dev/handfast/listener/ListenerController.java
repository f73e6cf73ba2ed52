package dev.handfast.listener;

import dev.handfast.configuration.NamedObjects;
import dev.handfast.configuration.StoredObject;
import dev.handfast.web.NamedObjectEndpoints;
import dev.handfast.web.Page;
import dev.handfast.web.PageRequest;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
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

  private final NamedObjectEndpoints<ListenerSettings, ListenerView> endpoints;
  private final Listeners listeners;

  ListenerController(NamedObjects<ListenerSettings> objects, Listeners listeners) {
    this.endpoints = new NamedObjectEndpoints<>(objects, this::view);
    this.listeners = listeners;
  }

  @GetMapping
  @Operation(summary = "Lists the listeners by name")
  Page<ListenerView> list(@ParameterObject PageRequest page) {
    return endpoints.list(page);
  }

  @GetMapping("/{name}")
  @Operation(summary = "Shows a listener")
  ResponseEntity<ListenerView> get(@PathVariable String name) {
    return endpoints.show(name);
  }

  @PostMapping
  @Operation(summary = "Creates a listener, and starts it if it is enabled")
  ResponseEntity<ListenerView> create(@RequestBody ListenerSettings settings) {
    return endpoints.create(settings.name(), settings);
  }

  @PutMapping("/{name}")
  @Operation(summary = "Replaces a listener; live connections go on as they are")
  ResponseEntity<ListenerView> replace(
      @PathVariable String name,
      @RequestHeader(name = HttpHeaders.IF_MATCH, required = false) @Nullable String ifMatch,
      @RequestBody ListenerSettings settings) {
    String nameInBody = settings.name().isEmpty() ? null : settings.name();
    return endpoints.replace(name, ifMatch, nameInBody, settings);
  }

  @DeleteMapping("/{name}")
  @Operation(summary = "Deletes a listener; its connections may go on for the drain time")
  ResponseEntity<Void> delete(
      @PathVariable String name,
      @RequestHeader(name = HttpHeaders.IF_MATCH, required = false) @Nullable String ifMatch) {
    return endpoints.delete(name, ifMatch);
  }

  private ListenerView view(StoredObject<ListenerSettings> stored) {
    return ListenerView.of(stored, listeners.status(stored.name()));
  }
}
