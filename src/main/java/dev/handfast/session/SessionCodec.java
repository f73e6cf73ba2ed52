package dev.handfast.session;

import dev.handfast.handshake.ProtocolVersion;
import dev.handfast.handshake.ResumableSession;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Turns sessions into sealed bytes and back. Everything that a decision depends on is within the
 * seal: who can write to the store can delete sessions, and no more. The wire identity is not
 * within: only the client that offers it has it.
 */
final class SessionCodec {

  private static final int FORMAT = 2;
  private static final int MAX_CERTIFICATES = 32;

  private final SessionSeal seal;

  SessionCodec(SessionSeal seal) {
    this.seal = seal;
  }

  StoredSession seal(SessionEntry entry) {
    byte[] plain = encode(entry.session(), entry.scope());
    try {
      return new StoredSession(SessionRow.of(entry), seal.seal(plain, entry.id()));
    } finally {
      Arrays.fill(plain, (byte) 0);
    }
  }

  /**
   * Opens a stored session for the client that offers this identity.
   *
   * @throws RuntimeException if the sealed bytes cannot be opened
   */
  SessionEntry open(FoundSession found, byte[] wireIdentity) {
    byte[] plain = seal.open(found.sealed(), found.id());
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(plain))) {
      return decode(in, found, wireIdentity);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      Arrays.fill(plain, (byte) 0);
    }
  }

  private static byte[] encode(ResumableSession session, Sessions.Scope scope) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeByte(FORMAT);
      out.writeShort(session.protocol().code());
      out.writeShort(session.cipherSuite());
      writeBytes(out, session.secret());
      out.writeBoolean(session.extendedMasterSecret());
      out.writeLong(session.ageAdd());
      writeInstant(out, session.issuedAt());
      writeInstant(out, session.expiresAt());
      writeInstant(out, session.fullHandshakeAt());
      writeText(out, session.serverName());
      writeText(out, session.alpn());
      out.writeByte(session.clientChain().size());
      for (byte[] certificate : session.clientChain()) {
        writeBytes(out, certificate);
      }
      writeText(out, session.certificate());
      out.writeInt(session.certificateVersion());
      out.writeUTF(scope.listener());
      out.writeUTF(scope.route());
      writeText(out, scope.serverName());
      writeText(out, scope.clientAuthPolicy());
      out.writeLong(scope.clientAuthPolicyRevision());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private static SessionEntry decode(DataInputStream in, FoundSession found, byte[] wireIdentity)
      throws IOException {
    int format = in.readUnsignedByte();
    if (format != FORMAT) {
      throw new IOException("session format: " + format + " (expected: " + FORMAT + ")");
    }
    int versionCode = in.readUnsignedShort();
    ProtocolVersion protocol =
        ProtocolVersion.ofCode(versionCode)
            .orElseThrow(() -> new IOException("protocol version: " + versionCode));
    int cipherSuite = in.readUnsignedShort();
    byte[] secret = readBytes(in);
    boolean extendedMasterSecret = in.readBoolean();
    long ageAdd = in.readLong();
    Instant issuedAt = readInstant(in);
    Instant expiresAt = readInstant(in);
    Instant fullHandshakeAt = readInstant(in);
    String serverName = readText(in);
    String alpn = readText(in);
    List<byte[]> chain = readChain(in);
    String certificate = readText(in);
    int certificateVersion = in.readInt();
    Sessions.Scope scope =
        new Sessions.Scope(in.readUTF(), in.readUTF(), readText(in), readText(in), in.readLong());
    ResumableSession session =
        new ResumableSession(
            wireIdentity,
            protocol,
            cipherSuite,
            secret,
            extendedMasterSecret,
            ageAdd,
            issuedAt,
            expiresAt,
            serverName,
            alpn,
            chain,
            certificate,
            certificateVersion,
            fullHandshakeAt);
    return SessionEntry.loaded(session, scope, found);
  }

  /** Whether a session fits the bounds of what is stored. */
  static boolean fits(ResumableSession session, int maxBytes) {
    long bytes = 0;
    for (byte[] certificate : session.clientChain()) {
      bytes += certificate.length;
    }
    return session.clientChain().size() <= MAX_CERTIFICATES && bytes <= maxBytes;
  }

  private static List<byte[]> readChain(DataInputStream in) throws IOException {
    int count = in.readUnsignedByte();
    List<byte[]> chain = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      chain.add(readBytes(in));
    }
    return chain;
  }

  private static void writeBytes(DataOutputStream out, byte[] bytes) throws IOException {
    out.writeInt(bytes.length);
    out.write(bytes);
  }

  private static byte[] readBytes(DataInputStream in) throws IOException {
    int length = in.readInt();
    if (length < 0 || length > in.available()) {
      throw new IOException("length: " + length + " (expected: 0.." + in.available() + ")");
    }
    return in.readNBytes(length);
  }

  private static void writeInstant(DataOutputStream out, Instant instant) throws IOException {
    out.writeLong(instant.getEpochSecond());
    out.writeInt(instant.getNano());
  }

  private static Instant readInstant(DataInputStream in) throws IOException {
    return Instant.ofEpochSecond(in.readLong(), in.readInt());
  }

  private static void writeText(DataOutputStream out, @Nullable String text) throws IOException {
    out.writeBoolean(text != null);
    if (text != null) {
      out.writeUTF(text);
    }
  }

  private static @Nullable String readText(DataInputStream in) throws IOException {
    return in.readBoolean() ? in.readUTF() : null;
  }
}
