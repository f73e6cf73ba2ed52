package dev.handfast.engine;

import static dev.handfast.engine.RecordAead.TAG_LENGTH;
import static dev.handfast.engine.RecordBuffer.HEADER;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import javax.crypto.Cipher;
import org.bouncycastle.tls.AlertDescription;
import org.bouncycastle.tls.ContentType;
import org.bouncycastle.tls.ProtocolVersion;
import org.bouncycastle.tls.SecurityParameters;
import org.bouncycastle.tls.TlsFatalAlert;
import org.bouncycastle.tls.TlsUtils;
import org.bouncycastle.tls.crypto.TlsCipher;
import org.bouncycastle.tls.crypto.TlsCryptoParameters;
import org.bouncycastle.tls.crypto.TlsDecodeResult;
import org.bouncycastle.tls.crypto.TlsEncodeResult;
import org.bouncycastle.tls.crypto.TlsSecret;
import org.bouncycastle.tls.crypto.impl.TlsImplUtils;

/**
 * Protects the records of one connection with an AEAD algorithm: TLS 1.2 (RFC 5246 section 6.2.3.3)
 * and 1.3 (RFC 8446 section 5.2). Bouncy Castle's own makes a new array for every record that it
 * encrypts; this one has an array for each thread. Used by one thread at a time.
 */
final class RecordCipher implements TlsCipher {

  private static final int TLS12_ADDITIONAL_DATA_LENGTH = 13;

  private final TlsCryptoParameters parameters;
  private final boolean tls13;
  private final int explicitNonceLength;
  private final RecordKey sealing;
  private final RecordKey opening;

  /** With the keys that the handshake in these parameters agreed on. */
  RecordCipher(
      TlsCryptoParameters parameters, RecordAead aead, PrimitiveHelper helper, SecureRandom random)
      throws IOException, GeneralSecurityException {
    SecurityParameters handshake = parameters.getSecurityParametersHandshake();
    this.parameters = parameters;
    this.tls13 = TlsImplUtils.isTLSv13(handshake.getNegotiatedVersion());
    this.explicitNonceLength = tls13 ? 0 : aead.explicitNonceLength();
    int ivLength = RecordAead.NONCE_LENGTH - explicitNonceLength;
    this.sealing = new RecordKey(aead, Cipher.ENCRYPT_MODE, ivLength, helper, random);
    this.opening = new RecordKey(aead, Cipher.DECRYPT_MODE, ivLength, helper, random);
    if (tls13) {
      derive(sealing, handshake, parameters.isServer());
      derive(opening, handshake, !parameters.isServer());
    } else {
      takeKeyBlock(aead.keyLength(), ivLength);
    }
  }

  /** In the order of RFC 5246 section 6.3: the client's key, the server's, and the IVs so, too. */
  private void takeKeyBlock(int keyLength, int ivLength) {
    byte[] block = TlsImplUtils.calculateKeyBlock(parameters, 2 * (keyLength + ivLength));
    int ivs = 2 * keyLength;
    RecordKey client = parameters.isServer() ? opening : sealing;
    RecordKey server = parameters.isServer() ? sealing : opening;
    client.take(block, 0, ivs);
    server.take(block, keyLength, ivs + ivLength);
    Arrays.fill(block, (byte) 0);
  }

  private static void derive(RecordKey key, SecurityParameters from, boolean serverWrites)
      throws IOException {
    TlsSecret secret = serverWrites ? from.getTrafficSecretServer() : from.getTrafficSecretClient();
    if (secret == null) {
      throw new TlsFatalAlert(AlertDescription.internal_error, "no traffic secret");
    }
    key.derive(secret, from.getPRFCryptoHashAlgorithm());
  }

  @Override
  public void rekeyDecoder() throws IOException {
    derive(opening, parameters.getSecurityParametersConnection(), !parameters.isServer());
  }

  @Override
  public void rekeyEncoder() throws IOException {
    derive(sealing, parameters.getSecurityParametersConnection(), parameters.isServer());
  }

  // ---- Lengths

  /** How much longer a protected record is: in TLS 1.3 it has its true type at the end. */
  private int overhead() {
    return explicitNonceLength + (tls13 ? 1 : 0) + TAG_LENGTH;
  }

  @Override
  public int getCiphertextDecodeLimit(int plaintextLimit) {
    return plaintextLimit + overhead();
  }

  @Override
  public int getCiphertextEncodeLimit(int plaintextLimit) {
    return plaintextLimit + overhead();
  }

  @Override
  public int getPlaintextDecodeLimit(int ciphertextLimit) {
    return ciphertextLimit - overhead();
  }

  @Override
  public int getPlaintextEncodeLimit(int ciphertextLimit) {
    return ciphertextLimit - overhead();
  }

  @Override
  public boolean usesOpaqueRecordTypeDecode() {
    return tls13;
  }

  @Override
  public boolean usesOpaqueRecordTypeEncode() {
    return tls13;
  }

  // ---- Records

  /** The result is to be copied before this thread protects another record, of any connection. */
  @Override
  public TlsEncodeResult encodePlaintext(
      long sequenceNumber,
      short contentType,
      ProtocolVersion recordVersion,
      int headerAllocation,
      byte[] plaintext,
      int offset,
      int length)
      throws IOException {
    int ciphertextLength = length + overhead();
    byte[] record = RecordBuffer.ENCRYPTED.get(headerAllocation + ciphertextLength);
    int position = headerAllocation + explicitNonceLength;
    System.arraycopy(plaintext, offset, record, position, length);
    int innerLength = length;
    if (tls13) {
      record[position + innerLength++] = (byte) contentType;
    }
    short recordType = tls13 ? ContentType.application_data : contentType;
    try {
      if (explicitNonceLength > 0) {
        TlsUtils.writeUint64(sequenceNumber, record, headerAllocation);
        sealing.beginExplicit(record, headerAllocation);
      } else {
        sealing.beginMasked(sequenceNumber);
      }
      byte[] additionalData =
          additionalData(sequenceNumber, recordType, recordVersion, ciphertextLength, innerLength);
      sealing.crypt(additionalData, record, position, innerLength);
    } catch (GeneralSecurityException | RuntimeException e) {
      throw new TlsFatalAlert(AlertDescription.internal_error, e);
    }
    return new TlsEncodeResult(record, 0, headerAllocation + ciphertextLength, recordType);
  }

  /** Decrypts in place. */
  @Override
  public TlsDecodeResult decodeCiphertext(
      long sequenceNumber,
      short recordType,
      ProtocolVersion recordVersion,
      byte[] ciphertext,
      int offset,
      int length)
      throws IOException {
    if (length < overhead()) {
      throw new TlsFatalAlert(AlertDescription.decode_error);
    }
    int position = offset + explicitNonceLength;
    int sealedLength = length - explicitNonceLength;
    int innerLength = sealedLength - TAG_LENGTH;
    byte[] additionalData =
        additionalData(sequenceNumber, recordType, recordVersion, length, innerLength);
    try {
      if (explicitNonceLength > 0) {
        opening.beginExplicit(ciphertext, offset);
      } else {
        opening.beginMasked(sequenceNumber);
      }
      opening.crypt(additionalData, ciphertext, position, sealedLength);
    } catch (GeneralSecurityException | RuntimeException e) {
      throw new TlsFatalAlert(AlertDescription.bad_record_mac, e);
    }
    return tls13
        ? inner(ciphertext, position, innerLength)
        : new TlsDecodeResult(ciphertext, position, innerLength, recordType);
  }

  /** TLSInnerPlaintext: content, its type, and zeros as padding (RFC 8446 section 5.4). */
  private static TlsDecodeResult inner(byte[] buffer, int offset, int length) throws TlsFatalAlert {
    int last = length - 1;
    while (last >= 0 && buffer[offset + last] == 0) {
      last--;
    }
    if (last < 0) {
      throw new TlsFatalAlert(AlertDescription.unexpected_message, "a record without content");
    }
    return new TlsDecodeResult(buffer, offset, last, (short) (buffer[offset + last] & 0xff));
  }

  /** RFC 8446 section 5.2: the header. RFC 5246 section 6.2.3.3: number and uncrypted header. */
  private byte[] additionalData(
      long sequenceNumber,
      short recordType,
      ProtocolVersion recordVersion,
      int ciphertextLength,
      int innerLength) {
    byte[] data = new byte[tls13 ? HEADER : TLS12_ADDITIONAL_DATA_LENGTH];
    int header = data.length - HEADER;
    if (!tls13) {
      TlsUtils.writeUint64(sequenceNumber, data, 0);
    }
    data[header] = (byte) recordType;
    data[header + 1] = (byte) recordVersion.getMajorVersion();
    data[header + 2] = (byte) recordVersion.getMinorVersion();
    int described = tls13 ? ciphertextLength : innerLength;
    data[header + 3] = (byte) (described >>> Byte.SIZE);
    data[header + 4] = (byte) described;
    return data;
  }
}
