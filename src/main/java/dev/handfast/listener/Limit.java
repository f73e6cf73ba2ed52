package dev.handfast.listener;

import java.util.Locale;

/** Why a connection is refused before anything of it is read, or ended for the next. */
enum Limit {
  CONNECTIONS,
  HANDSHAKES_IN_PROGRESS,
  NEW_CONNECTIONS_PER_SECOND_PER_ADDRESS;

  /** The metric tag. */
  String tag() {
    return name().toLowerCase(Locale.ROOT);
  }
}
