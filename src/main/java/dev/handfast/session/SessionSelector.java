package dev.handfast.session;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Selects sessions: those that match everything given. Null means "any".
 *
 * @param id the public identifier
 * @param route the server-name pattern of the route; the empty string: the listener itself
 * @param protocol a label such as {@code TLSv1.3}
 * @param clientSubject in RFC 2253 form, compared exactly
 * @param clientFingerprintSha256 lower-case hex
 * @param clientAuthPolicy the policy that applied when the session was issued
 * @param certificate the server certificate's name
 * @param certificateVersionOtherThan selects sessions of every other version of the certificate
 */
public record SessionSelector(
    @Nullable String id,
    @Nullable String listener,
    @Nullable String route,
    @Nullable String serverName,
    @Nullable String protocol,
    @Nullable String clientSubject,
    @Nullable String clientFingerprintSha256,
    @Nullable String clientAuthPolicy,
    @Nullable String certificate,
    @Nullable Integer certificateVersionOtherThan) {

  /** Selects every session. */
  public static final SessionSelector ALL =
      new SessionSelector(null, null, null, null, null, null, null, null, null, null);

  /** One session. */
  public static SessionSelector withId(String id) {
    return new SessionSelector(id, null, null, null, null, null, null, null, null, null);
  }

  /** Every session of a listener. */
  public static SessionSelector ofListener(String listener) {
    return new SessionSelector(null, listener, null, null, null, null, null, null, null, null);
  }

  /** Every session that was issued under a client-auth policy. */
  public static SessionSelector ofPolicy(String policy) {
    return new SessionSelector(null, null, null, null, null, null, null, policy, null, null);
  }

  /** Every session of a client certificate, its SHA-256 in lower-case hex. */
  public static SessionSelector ofClient(String fingerprintSha256) {
    return new SessionSelector(
        null, null, null, null, null, null, fingerprintSha256, null, null, null);
  }

  /** The sessions of all versions of a server certificate but this one; 0: of all versions. */
  public static SessionSelector supersededBy(String certificate, int version) {
    return new SessionSelector(
        null, null, null, null, null, null, null, null, certificate, version);
  }

  /** Whether it selects every session. */
  public boolean selectsAll() {
    return equals(ALL);
  }

  boolean selects(SessionFacts facts) {
    return same(id, facts.id())
        && same(listener, facts.listener())
        && same(route, facts.route())
        && same(serverName, facts.serverName())
        && same(protocol, facts.protocol())
        && same(clientAuthPolicy, facts.clientAuthPolicy())
        && same(certificate, facts.certificate())
        && (certificateVersionOtherThan == null
            || certificateVersionOtherThan != facts.certificateVersion())
        // Last, for the first look at a client parses its certificate.
        && (clientFingerprintSha256 == null
            || clientFingerprintSha256.equals(facts.client().fingerprintSha256()))
        && (clientSubject == null || clientSubject.equals(facts.client().subject()));
  }

  private static boolean same(@Nullable String wanted, @Nullable String found) {
    return wanted == null || Objects.equals(wanted, found);
  }
}
