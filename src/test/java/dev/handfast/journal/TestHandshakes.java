package dev.handfast.journal;

import dev.handfast.handshake.Alert;
import dev.handfast.handshake.ClientAuthentication;
import dev.handfast.handshake.ClientHello;
import dev.handfast.handshake.Failure;
import dev.handfast.handshake.Handshake;
import dev.handfast.handshake.HandshakeStep;
import dev.handfast.handshake.Negotiated;
import dev.handfast.handshake.ProtocolVersion;
import dev.handfast.handshake.Reason;
import dev.handfast.handshake.Step;
import dev.handfast.handshake.StepDetail;
import dev.handfast.handshake.TimeOrderedId;
import java.net.InetSocketAddress;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Handshakes as the engine reports them. */
final class TestHandshakes {

  private TestHandshakes() {}

  static ClientHello hello(@Nullable String serverName) {
    return new ClientHello(
        0x0303,
        List.of(0x3a3a, 0x0304, 0x0303),
        new byte[32],
        List.of(0x1a1a, 0x1301, 0x1302, 0xc02b, 0xc02f),
        List.of(0x4a4a, 0, 10, 13, 16, 43, 51),
        List.of(0x2a2a, 29, 23),
        List.of(29),
        List.of(0x0403, 0x0804),
        List.of(),
        List.of(0),
        serverName,
        List.of("h2", "http/1.1"),
        List.of(),
        List.of(1));
  }

  static Negotiated negotiated() {
    return new Negotiated(
        ProtocolVersion.TLS_1_3,
        "TLS_AES_128_GCM_SHA256",
        "x25519",
        "ecdsa_secp256r1_sha256",
        "h2",
        "default",
        3,
        false,
        "session-1");
  }

  static Handshake completed(String listener, Instant at, @Nullable String serverName) {
    return handshake(listener, at, null, negotiated(), hello(serverName), List.of());
  }

  static Handshake failed(String listener, Instant at, Reason reason, ClientHello hello) {
    return handshake(
        listener, at, new Failure(reason, "because of the test"), null, hello, List.of());
  }

  static Handshake handshake(
      String listener,
      Instant at,
      @Nullable Failure failure,
      @Nullable Negotiated negotiated,
      @Nullable ClientHello hello,
      List<X509Certificate> chain) {
    boolean abandoned = failure != null && failure.reason() == Reason.CLIENT_CLOSED;
    return new Handshake(
        TimeOrderedId.at(at),
        "connection-1",
        listener,
        null,
        Handshake.Kind.INITIAL,
        at,
        Duration.ofNanos(1_234_000),
        failure == null
            ? Handshake.Result.COMPLETED
            : abandoned ? Handshake.Result.ABANDONED : Handshake.Result.FAILED,
        failure,
        InetSocketAddress.createUnresolved("192.0.2.7", 50123),
        failure == null ? null : failure.reason().alert(null).orElse(null),
        failure == null ? null : Alert.USER_CANCELED,
        negotiated,
        hello,
        chain,
        new ClientAuthentication(
            "staff",
            4,
            ClientAuthentication.Decision.ALLOW,
            null,
            true,
            "CN=alice",
            "ab12",
            List.of(
                new ClientAuthentication.Answer(
                    ClientAuthentication.Question.VALIDITY,
                    ClientAuthentication.Verdict.YES,
                    "valid until 2030"))),
        List.of(
            new HandshakeStep(Step.CLIENT_HELLO, 0, 0, null),
            new HandshakeStep(
                Step.SERVER_HELLO,
                200,
                200,
                new StepDetail.Choice("TLSv1.3", "TLS_AES_128_GCM_SHA256", "x25519", "h2", false)),
            new HandshakeStep(
                Step.CLIENT_AUTHENTICATION,
                900,
                700,
                new StepDetail.Authenticated("staff", ClientAuthentication.Decision.ALLOW)),
            new HandshakeStep(
                Step.ALERT_SENT, 1_000, 100, new StepDetail.AlertDetail("user_canceled", true))));
  }
}
