package dev.handfast.engine;

import org.bouncycastle.tls.PRFAlgorithm;

/** The hash of a TLS 1.3 cipher suite, to which a PSK is bound (RFC 8446 section 4.2.11). */
enum CipherSuiteHash {
  SHA256(PRFAlgorithm.tls13_hkdf_sha256),
  SHA384(PRFAlgorithm.tls13_hkdf_sha384);

  private static final int TLS_AES_256_GCM_SHA384 = 0x1302;

  private final int prfAlgorithm;

  CipherSuiteHash(int prfAlgorithm) {
    this.prfAlgorithm = prfAlgorithm;
  }

  int prfAlgorithm() {
    return prfAlgorithm;
  }

  static CipherSuiteHash of(int cipherSuite) {
    return cipherSuite == TLS_AES_256_GCM_SHA384 ? SHA384 : SHA256;
  }
}
