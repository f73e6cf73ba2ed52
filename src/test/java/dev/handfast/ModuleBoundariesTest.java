package dev.handfast;

import org.junit.jupiter.api.Test;
import org.springframework.modulith.core.ApplicationModules;

class ModuleBoundariesTest {

  @Test
  void packagesKnowOnlyWhatTheyMay() {
    ApplicationModules.of(HandfastApplication.class).verify();
  }
}
