package dev.handfast.profile;

import java.util.List;

/** What the engine implements; names are IANA's, in order of preference. */
interface Implemented {

  /** TLS 1.3 and older ones together. */
  List<String> cipherSuites();

  /** Also called named curves. */
  List<String> groups();

  /** Those of CertificateVerify and ServerKeyExchange. */
  List<String> signatureSchemes();
}
