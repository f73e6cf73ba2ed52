package dev.handfast.session;

import java.util.Locale;

/** Where sessions are kept. */
enum Tier {
  MEMORY,
  /** The store that replicas share; named so whichever store is chosen. */
  DATABASE;

  /** The value as a metric tag. */
  String code() {
    return name().toLowerCase(Locale.ROOT);
  }
}
