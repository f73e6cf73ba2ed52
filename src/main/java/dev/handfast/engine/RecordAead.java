package dev.handfast.engine;

import java.security.spec.AlgorithmParameterSpec;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.IvParameterSpec;

/** An AEAD algorithm that protects records (RFC 5288, RFC 7905, RFC 8446 section 5.2). */
enum RecordAead {
  AES_128_GCM("AES/GCM/NoPadding", "AES", 16),
  AES_256_GCM("AES/GCM/NoPadding", "AES", 32),
  CHACHA20_POLY1305("ChaCha20-Poly1305", "ChaCha20", 32);

  static final int NONCE_LENGTH = 12;
  static final int TAG_LENGTH = 16;

  private final String transformation;
  private final String keyAlgorithm;
  private final int keyLength;

  RecordAead(String transformation, String keyAlgorithm, int keyLength) {
    this.transformation = transformation;
    this.keyAlgorithm = keyAlgorithm;
    this.keyLength = keyLength;
  }

  String transformation() {
    return transformation;
  }

  String keyAlgorithm() {
    return keyAlgorithm;
  }

  int keyLength() {
    return keyLength;
  }

  /** How much of the nonce TLS 1.2 writes into each record. */
  int explicitNonceLength() {
    return this == CHACHA20_POLY1305 ? 0 : Long.BYTES;
  }

  /** What the JDK's cipher wants; copies the nonce. */
  AlgorithmParameterSpec parameters(byte[] nonce) {
    return this == CHACHA20_POLY1305
        ? new IvParameterSpec(nonce)
        : new GCMParameterSpec(TAG_LENGTH * Byte.SIZE, nonce);
  }
}
