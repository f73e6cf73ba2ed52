package dev.handfast.handshake;

import java.net.InetSocketAddress;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One run of the protocol on a connection, as recorded when it ended.
 *
 * @param id sortable by time, see {@link TimeOrderedId}
 * @param failure null exactly when {@code result} is {@link Result#COMPLETED}
 * @param clientHello null if none could be read
 * @param clientChain the client's certificates as sent; empty if it sent none
 */
public record Handshake(
    String id,
    String connectionId,
    String listener,
    @Nullable String route,
    Kind kind,
    Instant startedAt,
    Duration duration,
    Result result,
    @Nullable Failure failure,
    InetSocketAddress clientAddress,
    @Nullable Alert alertSent,
    @Nullable Alert alertReceived,
    @Nullable Negotiated negotiated,
    @Nullable ClientHello clientHello,
    List<X509Certificate> clientChain,
    @Nullable ClientAuthentication clientAuthentication,
    List<HandshakeStep> steps) {

  public Handshake {
    clientChain = List.copyOf(clientChain);
    steps = List.copyOf(steps);
  }

  /** What made this handshake run. */
  public enum Kind {
    INITIAL,
    RESUMPTION,
    RENEGOTIATION;

    /** The value in the API and as a metric tag. */
    public String code() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** How it ended. */
  public enum Result {
    COMPLETED,
    FAILED,
    /** The client or the network went away, no side having said why. */
    ABANDONED;

    /** The value in the API and as a metric tag. */
    public String code() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
