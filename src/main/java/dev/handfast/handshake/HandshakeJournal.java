package dev.handfast.handshake;

/** The port to which every finished handshake goes, whatever its result. */
@FunctionalInterface
public interface HandshakeJournal {

  /** Takes a record. Called on event loops: never blocks, never throws; may drop, counting it. */
  void record(Handshake handshake);
}
