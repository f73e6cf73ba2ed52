package dev.handfast.engine;

import java.io.IOException;
import org.bouncycastle.tls.HandshakeType;
import org.bouncycastle.tls.SecurityParameters;
import org.bouncycastle.tls.TlsUtils;
import org.bouncycastle.tls.crypto.TlsCryptoUtils;
import org.bouncycastle.tls.crypto.TlsHash;
import org.bouncycastle.tls.crypto.TlsSecret;

/** The part of TLS 1.3's key schedule that Bouncy Castle leaves out (RFC 8446 section 7.1). */
final class Tls13Schedule {

  private Tls13Schedule() {}

  /** Adds a handshake message to a transcript, as it stood on the wire (section 4.4.1). */
  static void addMessage(TlsHash transcript, short type, byte[] body) {
    byte[] message = new byte[4 + body.length];
    message[0] = (byte) type;
    TlsUtils.writeUint24(body.length, message, 1);
    System.arraycopy(body, 0, message, 4, body.length);
    transcript.update(message, 0, message.length);
  }

  /** Adds the client's Finished to a transcript that ends before it. */
  static void addClientFinished(TlsHash transcript, SecurityParameters parameters) {
    addMessage(transcript, HandshakeType.finished, parameters.getPeerVerifyData());
  }

  /**
   * resumption_master_secret.
   *
   * @param throughClientFinished transcript hash of all messages including the client's Finished
   */
  static TlsSecret resumptionMasterSecret(
      SecurityParameters parameters, byte[] throughClientFinished) throws IOException {
    return TlsCryptoUtils.hkdfExpandLabel(
        parameters.getMasterSecret(),
        parameters.getPRFCryptoHashAlgorithm(),
        "res master",
        throughClientFinished,
        parameters.getPRFHashLength());
  }

  /** The PSK of one ticket (section 4.6.1). */
  static byte[] ticketSecret(
      TlsSecret resumptionMasterSecret, int hashAlgorithm, int hashLength, byte[] nonce)
      throws IOException {
    return TlsCryptoUtils.hkdfExpandLabel(
            resumptionMasterSecret, hashAlgorithm, "resumption", nonce, hashLength)
        .extract();
  }

  /** verify_data under a base key (section 4.4.4). */
  static byte[] verifyData(TlsSecret baseKey, int hashAlgorithm, int hashLength, byte[] transcript)
      throws IOException {
    TlsSecret finishedKey =
        TlsCryptoUtils.hkdfExpandLabel(
            baseKey, hashAlgorithm, "finished", TlsUtils.EMPTY_BYTES, hashLength);
    try {
      return finishedKey.calculateHMAC(hashAlgorithm, transcript, 0, transcript.length);
    } finally {
      finishedKey.destroy();
    }
  }
}
