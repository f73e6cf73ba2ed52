package dev.handfast.engine;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.bouncycastle.tls.crypto.TlsSecret;

/**
 * A ticket's PSK. Bouncy Castle's server knows only external PSKs; the one difference is a label in
 * the binder's key (RFC 8446 section 7.1), so the early secret that grows out of this PSK writes
 * the right one.
 */
final class ResumptionPsk extends EngineSecret {

  ResumptionPsk(EngineCrypto crypto, byte[] secret) {
    super(crypto, secret);
  }

  /** The zero salt with which HKDF begins; tells resumption PSKs from others. */
  static final class Salt extends EngineSecret {

    Salt(EngineCrypto crypto, int length) {
      super(crypto, new byte[length]);
    }

    @Override
    public synchronized TlsSecret hkdfExtract(int hashAlgorithm, TlsSecret keyMaterial) {
      TlsSecret extracted = super.hkdfExtract(hashAlgorithm, keyMaterial);
      return keyMaterial instanceof ResumptionPsk
          ? new EarlySecret(crypto(), extracted.extract())
          : extracted;
    }
  }

  private static final class EarlySecret extends EngineSecret {

    /** HkdfLabel: two bytes of length, the label with its length, the context with its length. */
    private static final int LABEL_OFFSET = 3;

    private static final byte[] EXTERNAL = "tls13 ext binder".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] RESUMPTION = "tls13 res binder".getBytes(StandardCharsets.US_ASCII);

    EarlySecret(EngineCrypto crypto, byte[] secret) {
      super(crypto, secret);
    }

    @Override
    public synchronized TlsSecret hkdfExpand(int hashAlgorithm, byte[] info, int length) {
      int end = LABEL_OFFSET + EXTERNAL.length;
      if (info.length > end
          && info[LABEL_OFFSET - 1] == EXTERNAL.length
          && Arrays.equals(info, LABEL_OFFSET, end, EXTERNAL, 0, EXTERNAL.length)) {
        byte[] corrected = info.clone();
        System.arraycopy(RESUMPTION, 0, corrected, LABEL_OFFSET, RESUMPTION.length);
        return super.hkdfExpand(hashAlgorithm, corrected, length);
      }
      return super.hkdfExpand(hashAlgorithm, info, length);
    }
  }
}
