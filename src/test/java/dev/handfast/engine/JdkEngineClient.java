package dev.handfast.engine;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;

/** The JDK's SSLEngine as a client, one step at a time. */
final class JdkEngineClient {

  private final SSLEngine engine;
  private final ByteArrayOutputStream received = new ByteArrayOutputStream();
  private final Deque<byte[]> unsent = new ArrayDeque<>();
  private ByteBuffer input = ByteBuffer.allocate(0);

  JdkEngineClient(TestPki pki, String protocol) {
    engine = JdkClient.context(pki, null).createSSLEngine("localhost", 443);
    engine.setUseClientMode(true);
    engine.setEnabledProtocols(new String[] {protocol});
  }

  void handshakeWith(Loopback loopback) {
    try {
      engine.beginHandshake();
    } catch (SSLException e) {
      throw new AssertionError(e);
    }
    byte[] first = takeOutput();
    ServerEngine server = loopback.start(first);
    server.receive(ByteBuffer.wrap(first));
    pumpWith(loopback);
  }

  void pumpWith(Loopback loopback) {
    ServerEngine server = loopback.engine();
    while (true) {
      byte[] toClient = new byte[server.pendingCiphertext()];
      server.takeCiphertext(ByteBuffer.wrap(toClient));
      give(toClient);
      byte[] toServer = takeOutput();
      server.receive(ByteBuffer.wrap(toServer));
      if (toClient.length == 0 && toServer.length == 0) {
        return;
      }
    }
  }

  /** Sends as soon as no handshake is in the way. */
  void send(byte[] block) {
    unsent.add(block);
  }

  byte[] takeOutput() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteBuffer packet = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
    try {
      while (true) {
        runTasks();
        HandshakeStatus status = engine.getHandshakeStatus();
        boolean idle = status == HandshakeStatus.NOT_HANDSHAKING && !unsent.isEmpty();
        if (status != HandshakeStatus.NEED_WRAP && !idle) {
          return out.toByteArray();
        }
        byte[] block = idle ? unsent.removeFirst() : new byte[0];
        packet.clear();
        engine.wrap(ByteBuffer.wrap(block), packet);
        out.write(packet.array(), 0, packet.position());
      }
    } catch (SSLException e) {
      throw new AssertionError(e);
    }
  }

  private void runTasks() {
    Runnable task;
    while ((task = engine.getDelegatedTask()) != null) {
      task.run();
    }
  }

  void give(byte[] bytes) {
    ByteBuffer all = ByteBuffer.allocate(input.remaining() + bytes.length);
    all.put(input).put(bytes).flip();
    input = all;
    ByteBuffer text = ByteBuffer.allocate(engine.getSession().getApplicationBufferSize());
    try {
      while (input.hasRemaining()) {
        text.clear();
        SSLEngineResult result = engine.unwrap(input, text);
        received.write(text.array(), 0, text.position());
        runTasks();
        if (result.bytesConsumed() == 0) {
          return;
        }
      }
    } catch (SSLException e) {
      throw new AssertionError(e);
    }
  }

  /** What was received since the last call. */
  byte[] takeReceived() {
    byte[] bytes = received.toByteArray();
    received.reset();
    return bytes;
  }
}
