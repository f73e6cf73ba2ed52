package dev.handfast.certificate;

import java.nio.file.Path;
import java.util.List;

/** Issuing from within a change that makes more than a certificate. Blocks (database). */
public interface CertificateIssuing {

  /** Whether there is no certificate at all. */
  boolean isEmpty();

  /**
   * Issues a certificate of the local CA, which is made if there is none. Called within a change.
   *
   * @param subjectAltNames DNS names and IP addresses, at least one
   * @throws dev.handfast.configuration.AlreadyExistsException if the name is taken
   */
  void issueLocally(String name, List<String> subjectAltNames);

  /** Where the local CA's root certificate lies for clients to trust, once there is one. */
  Path localCaFile();
}
