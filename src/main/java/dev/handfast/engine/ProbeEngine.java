package dev.handfast.engine;

import java.io.IOException;
import java.util.function.LongSupplier;
import org.bouncycastle.tls.TlsFatalAlert;
import org.bouncycastle.tls.TlsFatalAlertReceived;
import org.bouncycastle.tls.TlsNoCloseNotifyException;
import org.bouncycastle.tls.crypto.impl.bc.BcTlsCrypto;

/**
 * The client's side of one handshake, to look at a server: it accepts every server certificate, so
 * that all can be reported, and therefore carries no data. Bytes in, bytes out; one thread, never
 * blocks. No method throws for what the peer did: {@link #report()} says it.
 */
public final class ProbeEngine {

  private final ProbeRecorder recorder;
  private final ProbeProtocol protocol;

  private ProbeEngine(ProbeRecorder recorder, ProbeProtocol protocol) {
    this.recorder = recorder;
    this.protocol = protocol;
  }

  /**
   * Begins a handshake; its ClientHello can be taken at once.
   *
   * @param ticker nanoseconds, monotonic
   */
  public static ProbeEngine begin(ProbeSettings settings, LongSupplier ticker) {
    BcTlsCrypto crypto = new BcTlsCrypto();
    ProbeRecorder recorder = new ProbeRecorder(ticker);
    ProbeEngine engine = new ProbeEngine(recorder, new ProbeProtocol(recorder));
    engine.guard(() -> engine.protocol.connect(new ProbeClient(crypto, settings, recorder)));
    return engine;
  }

  /** Takes bytes that arrived. Ignored when {@link #ended()}. */
  public void receive(byte[] ciphertext, int offset, int length) {
    if (!ended()) {
      guard(() -> protocol.offerInput(ciphertext, offset, length));
    }
  }

  /** The server closed its side. */
  public void inputClosed() {
    if (!ended()) {
      recorder.problem("the server closed the connection in the middle of the handshake");
      guard(protocol::closeInput);
    }
  }

  /** Ends the probe for a reason of the caller's, for example a timeout. */
  public void abort(String problem) {
    recorder.problem(problem);
  }

  /** All bytes to be sent to the server now. */
  public byte[] takeCiphertext() {
    byte[] bytes = new byte[protocol.getAvailableOutputBytes()];
    protocol.readOutput(bytes, 0, bytes.length);
    return bytes;
  }

  /** Says goodbye: the close_notify is among the ciphertext then. */
  public void close() {
    if (recorder.established()) {
      guard(protocol::close);
    }
  }

  /** Whether the handshake completed or failed. */
  public boolean ended() {
    return recorder.ended();
  }

  /** What was seen so far. */
  public ProbeReport report() {
    return recorder.report();
  }

  private void guard(Action action) {
    try {
      action.run();
    } catch (TlsFatalAlertReceived e) {
      recorder.problem("the server refused with an alert");
    } catch (TlsNoCloseNotifyException e) {
      recorder.problem("the server closed the connection without close_notify");
    } catch (TlsFatalAlert e) {
      recorder.problem("the server broke the protocol: " + e.getMessage());
    } catch (IOException | RuntimeException e) {
      recorder.problem("the handshake cannot go on: " + e.getMessage());
    }
  }

  @FunctionalInterface
  private interface Action {
    void run() throws IOException;
  }
}
