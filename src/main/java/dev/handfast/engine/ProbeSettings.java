package dev.handfast.engine;

import dev.handfast.handshake.Credential;
import dev.handfast.handshake.TlsProfile;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a probe offers.
 *
 * @param serverName sent as server_name; null: the extension is not sent
 * @param profile versions, cipher suites, groups and signature schemes to offer
 * @param credential what the probe proves itself with if it is asked to, or null
 * @param applicationProtocols ALPN names to offer; empty: the extension is not sent
 */
public record ProbeSettings(
    @Nullable String serverName,
    TlsProfile profile,
    @Nullable Credential credential,
    List<String> applicationProtocols) {

  public ProbeSettings {
    applicationProtocols = List.copyOf(applicationProtocols);
  }
}
