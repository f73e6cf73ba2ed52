package dev.handfast.handshake;

import java.util.Locale;

/** Whose doing a failed handshake is: the one who must act to make the next one complete. */
public enum Fault {
  CLIENT,
  SERVER,
  NETWORK;

  /** The value in the API and as a metric tag. */
  public String code() {
    return name().toLowerCase(Locale.ROOT);
  }
}
