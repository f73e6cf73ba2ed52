package dev.handfast.listener;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.handfast.configuration.StoredObject;
import java.time.Instant;

/** A listener as the API shows it: its settings, and how it is doing on this instance. */
record ListenerView(
    @JsonUnwrapped ListenerSettings settings,
    long revision,
    Instant updatedAt,
    ListenerStatus status) {

  static ListenerView of(StoredObject<ListenerSettings> stored, ListenerStatus status) {
    return new ListenerView(
        stored.value().named(stored.name()), stored.revision(), stored.updatedAt(), status);
  }
}
