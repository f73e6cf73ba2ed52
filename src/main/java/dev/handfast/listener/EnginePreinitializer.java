package dev.handfast.listener;

import dev.handfast.engine.TlsEngines;
import org.springframework.boot.autoconfigure.preinitialize.BackgroundPreinitializer;

/** Loads cryptography on a second core while the first builds the application context. */
class EnginePreinitializer implements BackgroundPreinitializer {

  @Override
  public void preinitialize() {
    TlsEngines.preload();
  }
}
