package dev.handfast.clientauth;

import dev.handfast.handshake.CertificateDemand;
import dev.handfast.handshake.ClientAuthenticator;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import javax.security.auth.x500.X500Principal;

/** A client-auth policy in force, immutable; a changed policy is another instance. */
public interface ClientAuthPolicy {

  /** Its name. */
  String name();

  /**
   * The revision of the policy and everything that it refers to (trust bundle, fetched CRLs): when
   * it last changed, in microseconds since the epoch; the same on every replica. Grows with every
   * change. Not the policy's own revision, which is its ETag.
   */
  long revision();

  /** Whether a CertificateRequest is sent, and what an empty answer means. */
  CertificateDemand demand();

  /** The subjects of the trust bundle's certificates, for the CertificateRequest. */
  List<X500Principal> authorities();

  /** After which time a client must prove itself anew, or empty. */
  Optional<Duration> reauthenticateAfter();

  /** Answers the questions of step 6 for this resource. Asking may block (revocation). */
  ClientAuthenticator authenticatorFor(Resource resource);
}
