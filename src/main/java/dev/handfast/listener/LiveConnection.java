package dev.handfast.listener;

import dev.handfast.clientauth.ClientAuthPolicy;
import dev.handfast.handshake.Failure;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * One established client connection. Any thread may call; nothing blocks; stages complete on the
 * connection's own event loop, where nobody may block, so continue with an executor of your own.
 */
public interface LiveConnection {

  /** Its identifier. */
  String id();

  /** What it is now. */
  ConnectionInfo info();

  /** What of article step 11 this connection supports. */
  Support support();

  /** The client's certificates as proven last, its own first; empty without. */
  List<X509Certificate> clientChain();

  /** Public identifiers of the sessions that this connection issued, the newest last; at most 8. */
  List<String> sessionIds();

  /** After how much it is to get fresh keys, or null. */
  ListenerSettings.@Nullable RekeyAfter rekeyAfter();

  /** Whether it is to be brought to a new version of the server certificate. */
  boolean followsCertificateRotation();

  /** TLS 1.2 and older: renegotiates in full (RFC 5246 section 7.4.1.1). */
  CompletionStage<Outcome> renegotiate(Demand demand);

  /** TLS 1.3: post-handshake authentication (RFC 8446 section 4.6.2). */
  CompletionStage<Outcome> requestCertificate(Demand demand);

  /**
   * TLS 1.3: fresh keys for both directions (RFC 8446 section 4.6.3): this side's at once, the
   * client's at the latest before its next data. Succeeds without waiting for those, for a client
   * with nothing to say may keep silent.
   */
  CompletionStage<Outcome> updateKeys();

  /** Closes with close_notify, so that the client connects anew. */
  CompletionStage<Outcome> close();

  /** Closes for a reason that the client is told by an alert, if the reason has one. */
  CompletionStage<Outcome> abort(Failure failure);

  /**
   * What is possible.
   *
   * @param renegotiation TLS 1.2 and older with secure renegotiation (RFC 5746)
   */
  record Support(boolean renegotiation, boolean keyUpdate, boolean postHandshakeAuthentication) {}

  /**
   * What the client must prove.
   *
   * @param policy that judges it; null: no certificate is asked for
   * @param requireCertificate whether an empty answer ends the connection, whatever the policy says
   * @param path of the HTTP request for which it is asked, or null
   * @param timeout after which the connection is ended with reauthentication_timeout if a
   *     certificate was required, and left alone otherwise
   */
  record Demand(
      @Nullable ClientAuthPolicy policy,
      boolean requireCertificate,
      @Nullable String path,
      Duration timeout) {}

  /**
   * What came of it.
   *
   * @param failure why it failed, else null
   */
  record Outcome(Result result, @Nullable Failure failure) {

    static Outcome of(Result result) {
      return new Outcome(result, null);
    }
  }

  /** How it ended. */
  enum Result {
    SUCCEEDED,
    /** The client answered no_renegotiation; the connection lives. */
    DECLINED,
    /** The client did not answer, and nothing had been demanded; the connection lives. */
    IGNORED,
    /** The connection ended for the failure's reason. */
    FAILED,
    /** This connection cannot do it. */
    UNSUPPORTED,
    /** Another one is running. */
    BUSY,
    /** The connection was closed before. */
    CLOSED;

    /** The value as a metric tag. */
    String code() {
      return this == CLOSED ? "gone" : name().toLowerCase(Locale.ROOT);
    }
  }
}
