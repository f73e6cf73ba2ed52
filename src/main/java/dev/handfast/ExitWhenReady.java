package dev.handfast;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.ApplicationListener;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * Ends the process with status 0 as soon as it is ready, if {@code handfast.exit-when-ready} says
 * so. So the image's build trains the JVM's cache with everything that a start does, up to the open
 * ports.
 */
final class ExitWhenReady implements ApplicationListener<ApplicationReadyEvent> {

  @Override
  public void onApplicationEvent(ApplicationReadyEvent ready) {
    ConfigurableApplicationContext context = ready.getApplicationContext();
    if (context.getEnvironment().getProperty("handfast.exit-when-ready", Boolean.class, false)) {
      System.exit(SpringApplication.exit(context));
    }
  }
}
