package dev.handfast.handshake;

import java.util.Arrays;
import java.util.Optional;

/** A version of SSL or TLS, ordered from the oldest to the newest. */
public enum ProtocolVersion {
  SSL_2(0x0002, "SSLv2", "SSL 2.0"),
  SSL_3(0x0300, "SSLv3", "SSL 3.0"),
  TLS_1_0(0x0301, "TLSv1", "TLS 1.0"),
  TLS_1_1(0x0302, "TLSv1.1", "TLS 1.1"),
  TLS_1_2(0x0303, "TLSv1.2", "TLS 1.2"),
  TLS_1_3(0x0304, "TLSv1.3", "TLS 1.3");

  private final int code;
  private final String label;
  private final String text;

  ProtocolVersion(int code, String label, String text) {
    this.code = code;
    this.label = label;
    this.text = text;
  }

  /** The ProtocolVersion on the wire. */
  public int code() {
    return code;
  }

  /** The name in the API and as a metric tag, as OpenSSL and the JDK write it: {@code TLSv1.2}. */
  public String label() {
    return label;
  }

  /** The name in a sentence: {@code TLS 1.2}. */
  public String text() {
    return text;
  }

  /** Whether this version is older than the other. */
  public boolean isBefore(ProtocolVersion other) {
    return compareTo(other) < 0;
  }

  /** The version with this wire code, or empty: clients also offer GREASE (RFC 8701). */
  public static Optional<ProtocolVersion> ofCode(int code) {
    return Arrays.stream(values()).filter(version -> version.code == code).findFirst();
  }

  /** The version with this label, or empty. */
  public static Optional<ProtocolVersion> ofLabel(String label) {
    return Arrays.stream(values()).filter(version -> version.label.equals(label)).findFirst();
  }
}
