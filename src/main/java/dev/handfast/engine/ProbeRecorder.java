package dev.handfast.engine;

import dev.handfast.handshake.Alert;
import dev.handfast.handshake.HandshakeStep;
import dev.handfast.handshake.IanaRegistry;
import dev.handfast.handshake.ProtocolVersion;
import dev.handfast.handshake.Step;
import dev.handfast.handshake.StepDetail;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import org.bouncycastle.tls.SecurityParameters;
import org.jspecify.annotations.Nullable;

/** Notes what happens during a probe. One thread. */
final class ProbeRecorder {

  private static final int MOST_STEPS = 100;

  private final LongSupplier ticker;
  private final long begin;
  private final List<HandshakeStep> steps = new ArrayList<>();
  private long last;
  private boolean established;
  private @Nullable String problem;
  private @Nullable String protocol;
  private @Nullable String cipherSuite;
  private @Nullable String group;
  private @Nullable String applicationProtocol;
  private @Nullable Alert alertSent;
  private @Nullable Alert alertReceived;
  private List<byte[]> chain = List.of();
  private byte @Nullable [] ocspResponse;
  private boolean certificateRequested;
  private boolean certificateSent;

  ProbeRecorder(LongSupplier ticker) {
    this.ticker = ticker;
    this.begin = ticker.getAsLong();
  }

  void step(Step step, @Nullable StepDetail detail) {
    if (steps.size() < MOST_STEPS) {
      long at = (ticker.getAsLong() - begin) / 1_000;
      steps.add(new HandshakeStep(step, at, at - last, detail));
      last = at;
    }
  }

  void problem(String text) {
    if (!established && problem == null) {
      problem = text;
    }
  }

  void version(int code) {
    protocol =
        ProtocolVersion.ofCode(code)
            .map(ProtocolVersion::label)
            .orElseGet(() -> "0x%04x".formatted(code));
  }

  void cipherSuite(int code) {
    cipherSuite = IanaRegistry.CIPHER_SUITES.nameOf(code);
  }

  void alertSent(short code, boolean fatal) {
    if (!established) {
      alertSent = Alert.ofCode(code).orElse(null);
      step(Step.ALERT_SENT, alert(code, fatal));
    }
  }

  void alertReceived(short code, boolean fatal) {
    if (!established) {
      alertReceived = Alert.ofCode(code).orElse(null);
      step(Step.ALERT_RECEIVED, alert(code, fatal));
    }
  }

  private static StepDetail alert(short code, boolean fatal) {
    String name = Alert.ofCode(code).map(Alert::rfcName).orElseGet(() -> String.valueOf(code));
    return new StepDetail.AlertDetail(name, fatal);
  }

  void serverCertificate(List<byte[]> certificates, byte @Nullable [] response) {
    chain = certificates;
    ocspResponse = response;
  }

  void certificateRequested(boolean answered) {
    certificateRequested = true;
    certificateSent = answered;
  }

  void parameters(@Nullable SecurityParameters parameters) {
    if (parameters == null) {
      return;
    }
    if (parameters.getNegotiatedGroup() >= 0) {
      group = IanaRegistry.GROUPS.nameOf(parameters.getNegotiatedGroup());
    }
    if (parameters.getApplicationProtocol() != null) {
      applicationProtocol = parameters.getApplicationProtocol().getUtf8Decoding();
    }
  }

  StepDetail choice() {
    return new StepDetail.Choice(
        protocol == null ? "" : protocol,
        cipherSuite == null ? "" : cipherSuite,
        group,
        applicationProtocol,
        false);
  }

  void completed() {
    established = true;
    step(Step.ESTABLISHED, null);
  }

  boolean established() {
    return established;
  }

  boolean ended() {
    return established || problem != null;
  }

  ProbeReport report() {
    return new ProbeReport(
        established,
        problem,
        protocol,
        cipherSuite,
        group,
        applicationProtocol,
        alertSent,
        alertReceived,
        chain,
        ocspResponse,
        certificateRequested,
        certificateSent,
        steps);
  }
}
