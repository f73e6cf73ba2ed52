package dev.handfast.session;

import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Selects sessions: those that match everything given. Null means "any".
 *
 * @param ids public identifiers, at most {@value #MOST}
 * @param route the server-name pattern of the route; the empty string: the listener itself
 * @param protocol a label such as {@code TLSv1.3}
 * @param clientSubject in RFC 2253 form, compared exactly
 * @param clientFingerprintsSha256 of client certificates, lower-case hex, at most {@value #MOST}
 * @param clientAuthPolicy the policy that applied when the session was issued
 * @param clientAuthPolicyRevisionBefore selects sessions of earlier revisions of the policy
 * @param certificate the server certificate's name
 * @param certificateVersionOtherThan selects sessions of every other version of the certificate
 */
public record SessionSelector(
    @Nullable Set<String> ids,
    @Nullable String listener,
    @Nullable String route,
    @Nullable String serverName,
    @Nullable String protocol,
    @Nullable String clientSubject,
    @Nullable Set<String> clientFingerprintsSha256,
    @Nullable String clientAuthPolicy,
    @Nullable Long clientAuthPolicyRevisionBefore,
    @Nullable String certificate,
    @Nullable Integer certificateVersionOtherThan) {

  /** How many identifiers, or fingerprints, one selector may name. */
  public static final int MOST = 50;

  /** Selects every session. */
  public static final SessionSelector ALL =
      new SessionSelector(null, null, null, null, null, null, null, null, null, null, null);

  /**
   * Copies the sets.
   *
   * @throws IllegalArgumentException if one is too large
   */
  public SessionSelector {
    ids = bounded("ids", ids);
    clientFingerprintsSha256 = bounded("clientFingerprintsSha256", clientFingerprintsSha256);
  }

  /** Sessions by their public identifiers. */
  public static SessionSelector withIds(Set<String> ids) {
    return new SessionSelector(ids, null, null, null, null, null, null, null, null, null, null);
  }

  /** Every session of a listener. */
  public static SessionSelector ofListener(String listener) {
    return new SessionSelector(
        null, listener, null, null, null, null, null, null, null, null, null);
  }

  /** Every session that was issued under a client-auth policy. */
  public static SessionSelector ofPolicy(String policy) {
    return new SessionSelector(null, null, null, null, null, null, null, policy, null, null, null);
  }

  /** The sessions that were issued under a client-auth policy before this revision of it. */
  public static SessionSelector ofEarlierRevisions(String policy, long revision) {
    return new SessionSelector(
        null, null, null, null, null, null, null, policy, revision, null, null);
  }

  /** Every session of these client certificates, their SHA-256 in lower-case hex. */
  public static SessionSelector ofClients(Set<String> fingerprintsSha256) {
    return new SessionSelector(
        null, null, null, null, null, null, fingerprintsSha256, null, null, null, null);
  }

  /** The sessions of every version of a server certificate. */
  public static SessionSelector ofCertificate(String certificate) {
    return new SessionSelector(
        null, null, null, null, null, null, null, null, null, certificate, null);
  }

  /** The sessions of all versions of a server certificate but this one. */
  public static SessionSelector ofOtherVersions(String certificate, int version) {
    return new SessionSelector(
        null, null, null, null, null, null, null, null, null, certificate, version);
  }

  /** Whether it selects every session. */
  public boolean selectsAll() {
    return equals(ALL);
  }

  boolean selects(SessionFacts facts) {
    return among(ids, facts.id())
        && same(listener, facts.listener())
        && same(route, facts.route())
        && same(serverName, facts.serverName())
        && same(protocol, facts.protocol())
        && same(clientAuthPolicy, facts.clientAuthPolicy())
        && (clientAuthPolicyRevisionBefore == null
            || facts.clientAuthPolicyRevision() < clientAuthPolicyRevisionBefore)
        && same(certificate, facts.certificate())
        && (certificateVersionOtherThan == null
            || certificateVersionOtherThan != facts.certificateVersion())
        // Last, for the first look at a client parses its certificate.
        && (clientFingerprintsSha256 == null
            || among(clientFingerprintsSha256, facts.client().fingerprintSha256()))
        && (clientSubject == null || clientSubject.equals(facts.client().subject()));
  }

  private static boolean among(@Nullable Set<String> wanted, @Nullable String found) {
    return wanted == null || (found != null && wanted.contains(found));
  }

  private static @Nullable Set<String> bounded(String name, @Nullable Set<String> values) {
    if (values != null && values.size() > MOST) {
      throw new IllegalArgumentException(
          "%s: %d values (expected: 0..%d)".formatted(name, values.size(), MOST));
    }
    return values == null ? null : Set.copyOf(values);
  }

  private static boolean same(@Nullable String wanted, @Nullable String found) {
    return wanted == null || Objects.equals(wanted, found);
  }
}
