package dev.handfast.certificate;

import java.util.Set;

/**
 * Published when another version of a certificate is the current one, or none is any more: after
 * the change is in force here, on the thread that put it in force. A listener that does much does
 * it on a thread of its own.
 *
 * @param names the certificates' names; also of deleted ones
 */
public record CertificatesChanged(Set<String> names) {

  public CertificatesChanged {
    names = Set.copyOf(names);
  }
}
