package dev.handfast;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;
import org.springframework.boot.security.autoconfigure.UserDetailsServiceAutoConfiguration;

/** Starts the gateway: the management API, and every listener the database holds. */
@SpringBootApplication(exclude = UserDetailsServiceAutoConfiguration.class)
@ConfigurationPropertiesScan
public class HandfastApplication {

  /** Runs until the process is told to stop. */
  public static void main(String[] arguments) {
    SpringApplication application = new SpringApplication(HandfastApplication.class);
    application.addListeners(new PreparedContext(), new ExitWhenReady());
    application.run(arguments);
  }
}
