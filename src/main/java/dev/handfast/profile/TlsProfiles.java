package dev.handfast.profile;

import dev.handfast.handshake.TlsProfile;
import java.util.Optional;

/** The TLS profiles in force. Reads a snapshot: any thread, never blocks. */
public interface TlsProfiles {

  /** The profile with this name, built in or the user's, or empty. */
  Optional<TlsProfile> find(String name);
}
