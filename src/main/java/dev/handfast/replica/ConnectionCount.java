package dev.handfast.replica;

/** A feature that knows how many live connections this replica has: a bean. */
public interface ConnectionCount {

  /** How many now. Any thread; never blocks. */
  int connections();
}
