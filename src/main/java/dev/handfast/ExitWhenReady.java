package dev.handfast;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/**
 * Ends the process as soon as it is ready, with status 0. So the image's build trains the JVM's
 * cache with everything that a start does, up to the open ports.
 */
@Component
@ConditionalOnBooleanProperty("handfast.exit-when-ready")
class ExitWhenReady {

  @EventListener
  void on(ApplicationReadyEvent ready) {
    System.exit(SpringApplication.exit(ready.getApplicationContext()));
  }
}
