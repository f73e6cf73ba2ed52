package dev.handfast;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/** Starts the gateway: the management API, and every listener the database holds. */
@SpringBootApplication
public class HandfastApplication {

  /** Runs until the process is told to stop. */
  public static void main(String[] arguments) {
    SpringApplication.run(HandfastApplication.class, arguments);
  }
}
