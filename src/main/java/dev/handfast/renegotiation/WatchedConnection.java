package dev.handfast.renegotiation;

import dev.handfast.listener.ConnectionInfo;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the rules remember of a live connection. Used by the rules' thread, except busy. */
final class WatchedConnection {

  /** Revisions under which the client was found acceptable, by policy. */
  private final Map<String, Long> accepted = new HashMap<>();

  private long bytesAtRekey;
  private Instant rekeyedAt;
  private @Nullable Instant notBefore;
  private int certificateVersionTried;
  private volatile boolean busy;

  WatchedConnection(ConnectionInfo info) {
    this.rekeyedAt = info.establishedAt();
  }

  boolean isBusy() {
    return busy;
  }

  void busy(boolean now) {
    busy = now;
  }

  boolean isAcceptedUnder(String policy, long revision) {
    return Long.valueOf(revision).equals(accepted.get(policy));
  }

  void acceptedUnder(String policy, long revision) {
    accepted.put(policy, revision);
  }

  long bytesSinceRekey(ConnectionInfo info) {
    return info.bytesIn() + info.bytesOut() - bytesAtRekey;
  }

  Instant rekeyedAt(ConnectionInfo info) {
    return rekeyedAt.isAfter(info.lastHandshakeAt()) ? rekeyedAt : info.lastHandshakeAt();
  }

  void rekeyed(ConnectionInfo info, Instant now) {
    bytesAtRekey = info.bytesIn() + info.bytesOut();
    rekeyedAt = now;
  }

  /** Whether the client may be asked again. */
  boolean mayAsk(Instant now) {
    return notBefore == null || !now.isBefore(notBefore);
  }

  void askAgainAfter(Instant then) {
    notBefore = then;
  }

  boolean triedCertificateVersion(int version) {
    return certificateVersionTried == version;
  }

  void tryCertificateVersion(int version) {
    certificateVersionTried = version;
  }
}
