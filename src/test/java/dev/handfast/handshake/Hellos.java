package dev.handfast.handshake;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Makes ClientHellos, whole or broken, as bytes and as parsed. */
public final class Hellos {

  private int legacyVersion = 0x0303;
  private byte[] sessionId = new byte[0];
  private List<Integer> cipherSuites = List.of(0x1301, 0xc02b, 0xc02f);
  private final Map<Integer, byte[]> extensions = new LinkedHashMap<>();

  private Hellos() {}

  /** What a current TLS 1.3 client sends. */
  public static Hellos modern() {
    return tls12()
        .cipherSuites(0x1301, 0x1302, 0x1303, 0xc02b, 0xc02f)
        .groups(0x001d, 0x0017, 0x0018)
        .versions(0x0304, 0x0303)
        .keyShares(0x001d);
  }

  /** What a TLS 1.2 client sends. */
  public static Hellos tls12() {
    return new Hellos()
        .groups(0x001d, 0x0017, 0x0018)
        .signatureSchemes(0x0403, 0x0503, 0x0804, 0x0401, 0x0807);
  }

  /** A hello without any extension. */
  public static Hellos bare(int legacyVersion) {
    Hellos hello = new Hellos();
    hello.legacyVersion = legacyVersion;
    return hello;
  }

  public Hellos legacyVersion(int version) {
    legacyVersion = version;
    return this;
  }

  public Hellos sessionId(byte[] id) {
    sessionId = id.clone();
    return this;
  }

  public Hellos cipherSuites(Integer... suites) {
    cipherSuites = List.of(suites);
    return this;
  }

  public Hellos groups(Integer... groups) {
    return extension(10, vector16(uint16s(List.of(groups))));
  }

  public Hellos signatureSchemes(Integer... schemes) {
    return extension(13, vector16(uint16s(List.of(schemes))));
  }

  public Hellos versions(Integer... versions) {
    return extension(43, vector8(uint16s(List.of(versions))));
  }

  public Hellos keyShares(Integer... groups) {
    ByteArrayOutputStream shares = new ByteArrayOutputStream();
    for (int group : groups) {
      shares.writeBytes(uint16s(List.of(group)));
      shares.writeBytes(vector16(new byte[group == 0x001d ? 32 : 65]));
    }
    return extension(51, vector16(shares.toByteArray()));
  }

  public Hellos serverName(String name) {
    byte[] bytes = name.getBytes(StandardCharsets.ISO_8859_1);
    ByteArrayOutputStream entry = new ByteArrayOutputStream();
    entry.write(0);
    entry.writeBytes(vector16(bytes));
    return extension(0, vector16(entry.toByteArray()));
  }

  public Hellos alpn(String... names) {
    ByteArrayOutputStream list = new ByteArrayOutputStream();
    for (String name : names) {
      list.writeBytes(vector8(name.getBytes(StandardCharsets.ISO_8859_1)));
    }
    return extension(16, vector16(list.toByteArray()));
  }

  public Hellos extension(int type, byte[] data) {
    extensions.put(type, data.clone());
    return this;
  }

  public Hellos without(int type) {
    extensions.remove(type);
    return this;
  }

  /** The body of the handshake message. */
  public byte[] body() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(uint16s(List.of(legacyVersion)));
    out.writeBytes(new byte[32]);
    out.writeBytes(vector8(sessionId));
    out.writeBytes(vector16(uint16s(cipherSuites)));
    out.writeBytes(new byte[] {1, 0});
    if (!extensions.isEmpty()) {
      ByteArrayOutputStream list = new ByteArrayOutputStream();
      extensions.forEach(
          (type, data) -> {
            list.writeBytes(uint16s(List.of(type)));
            list.writeBytes(vector16(data));
          });
      out.writeBytes(vector16(list.toByteArray()));
    }
    return out.toByteArray();
  }

  /** The handshake message in records of at most this many bytes. */
  public byte[] records(int fragment) {
    byte[] body = body();
    ByteArrayOutputStream message = new ByteArrayOutputStream();
    message.writeBytes(
        new byte[] {1, (byte) (body.length >> 16), (byte) (body.length >> 8), (byte) body.length});
    message.writeBytes(body);
    byte[] bytes = message.toByteArray();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (int at = 0; at < bytes.length; at += fragment) {
      int length = Math.min(fragment, bytes.length - at);
      out.writeBytes(new byte[] {22, 3, 1, (byte) (length >> 8), (byte) length});
      out.write(bytes, at, length);
    }
    return out.toByteArray();
  }

  public byte[] records() {
    return records(1 << 14);
  }

  public ClientHello parsed() {
    try {
      return ClientHelloReader.parse(body());
    } catch (HandshakeException e) {
      throw new IllegalStateException(e);
    }
  }

  public static byte[] vector8(byte[] content) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(content.length);
    out.writeBytes(content);
    return out.toByteArray();
  }

  public static byte[] vector16(byte[] content) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(content.length >> 8);
    out.write(content.length);
    out.writeBytes(content);
    return out.toByteArray();
  }

  public static byte[] uint16s(Collection<Integer> values) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (int value : new ArrayList<>(values)) {
      out.write(value >> 8);
      out.write(value);
    }
    return out.toByteArray();
  }
}
