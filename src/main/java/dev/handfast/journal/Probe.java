package dev.handfast.journal;

import dev.handfast.engine.ProbeEngine;
import dev.handfast.engine.ProbeReport;
import dev.handfast.engine.ProbeSettings;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Connects, and lets the engine do one handshake over the socket. Blocks. */
final class Probe {

  private static final int BUFFER = 16 * 1024;

  private final ProbeSettings settings;
  private final Duration timeout;
  private final byte[] preamble;

  Probe(ProbeSettings settings, Duration timeout) {
    this(settings, timeout, new byte[0]);
  }

  /**
   * A probe.
   *
   * @param preamble sent before the ClientHello
   */
  Probe(ProbeSettings settings, Duration timeout, byte[] preamble) {
    this.settings = settings;
    this.timeout = timeout;
    this.preamble = preamble;
  }

  ProbeReport run(InetSocketAddress address) {
    long deadline = System.nanoTime() + timeout.toNanos();
    ProbeEngine engine = null;
    try (Socket socket = new Socket()) {
      socket.connect(address, Math.toIntExact(timeout.toMillis()));
      socket.getOutputStream().write(preamble);
      engine = ProbeEngine.begin(settings, System::nanoTime);
      exchange(socket, engine, deadline);
      engine.close();
      socket.getOutputStream().write(engine.takeCiphertext());
    } catch (SocketTimeoutException e) {
      return problem(engine, "no answer within " + timeout);
    } catch (IOException e) {
      return problem(engine, "the connection failed: " + e.getMessage());
    }
    return engine.report();
  }

  private static void exchange(Socket socket, ProbeEngine engine, long deadline)
      throws IOException {
    InputStream in = socket.getInputStream();
    byte[] buffer = new byte[BUFFER];
    socket.getOutputStream().write(engine.takeCiphertext());
    while (!engine.ended()) {
      long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
      if (left <= 0) {
        throw new SocketTimeoutException();
      }
      socket.setSoTimeout(Math.toIntExact(left));
      int length = in.read(buffer);
      if (length < 0) {
        engine.inputClosed();
      } else {
        engine.receive(buffer, 0, length);
      }
      socket.getOutputStream().write(engine.takeCiphertext());
    }
  }

  private ProbeReport problem(@Nullable ProbeEngine begun, String text) {
    ProbeEngine engine = begun == null ? ProbeEngine.begin(settings, System::nanoTime) : begun;
    engine.abort(text);
    return engine.report();
  }
}
