package dev.handfast.handshake;

/** What negotiation must know of a group for key exchange. */
final class Groups {

  static final int SECP256R1 = 0x0017;
  static final int SECP384R1 = 0x0018;
  static final int SECP521R1 = 0x0019;
  static final int X25519 = 0x001d;
  static final int X25519_MLKEM768 = 0x11ec;

  private Groups() {}

  /** Whether the engine executes it; any other one is never chosen. */
  static boolean isImplemented(int code) {
    return code == X25519_MLKEM768 || isImplementedCurve(code);
  }

  /** Whether it is a curve: TLS 1.2 and older know no others of these. */
  static boolean isImplementedCurve(int code) {
    return code == X25519 || code == SECP256R1 || code == SECP384R1 || code == SECP521R1;
  }
}
