package dev.handfast.certificate;

import dev.handfast.configuration.InvalidConfigurationException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a request to a CA names; what is left out is taken from the current version. */
record CsrBody(
    @Nullable String subject, @Nullable List<String> subjectAltNames, @Nullable String keyType) {

  static final CsrBody EMPTY = new CsrBody(null, null, null);

  /**
   * What the request is made from.
   *
   * @throws InvalidConfigurationException if there is neither a name here nor a version
   */
  GenerationSpec spec(Optional<StoredVersion> current) {
    if (current.isEmpty()) {
      return GenerationSpec.of(subject, subjectAltNames, keyType, null, null);
    }
    X509Certificate certificate = current.get().certificate();
    KeyType same = KeyType.like(certificate.getPublicKey());
    return GenerationSpec.of(
        subject != null ? subject : certificate.getSubjectX500Principal().getName(),
        subjectAltNames != null ? subjectAltNames : X509.subjectAltNames(certificate),
        keyType != null || same == null ? keyType : same.text(),
        null,
        null);
  }
}
