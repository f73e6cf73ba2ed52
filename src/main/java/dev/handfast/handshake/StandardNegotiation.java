package dev.handfast.handshake;

import java.util.List;

final class StandardNegotiation implements Negotiation {

  @Override
  public Choice choose(
      ClientHello hello,
      TlsProfile profile,
      List<ServerCertificate> certificates,
      List<String> applicationProtocols) {
    throw new IllegalStateException("to come");
  }
}
