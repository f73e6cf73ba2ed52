package dev.handfast.listener;

import dev.handfast.handshake.ClientAuthentication;
import dev.handfast.handshake.ResumableSession;
import dev.handfast.session.Sessions;
import java.io.ByteArrayInputStream;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The sessions that a ClientHello may resume, each allowed by today's policy. Immutable. */
record SessionOffer(Sessions.Scope scope, List<Allowed> allowed) {

  SessionOffer {
    allowed = List.copyOf(allowed);
  }

  /**
   * A session that may be resumed.
   *
   * @param authentication how today's policy judged its client, or null without policy
   */
  record Allowed(ResumableSession session, @Nullable ClientAuthentication authentication) {}

  List<ResumableSession> sessions() {
    return allowed.stream().map(Allowed::session).toList();
  }

  @Nullable ClientAuthentication authenticationOf(ResumableSession session) {
    for (Allowed candidate : allowed) {
      if (candidate.session() == session) {
        return candidate.authentication();
      }
    }
    return null;
  }

  /** The client's proven certificates; empty if they can no longer be read. */
  static List<X509Certificate> chainOf(ResumableSession session) {
    List<X509Certificate> chain = new ArrayList<>();
    try {
      CertificateFactory factory = CertificateFactory.getInstance("X.509");
      for (byte[] der : session.clientChain()) {
        chain.add((X509Certificate) factory.generateCertificate(new ByteArrayInputStream(der)));
      }
    } catch (CertificateException e) {
      return List.of();
    }
    return chain;
  }
}
