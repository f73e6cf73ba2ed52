package dev.handfast.profile;

import java.util.LinkedHashMap;
import java.util.Map;

/** Why a name that IANA knows is not implemented. */
final class WeakNames {

  private static final Map<String, String> REASONS = new LinkedHashMap<>();

  static {
    REASONS.put("_NULL_WITH_NULL", "it neither authenticates nor encrypts");
    REASONS.put("_WITH_NULL", "it does not encrypt");
    REASONS.put("_EXPORT", "export-grade keys can be broken");
    REASONS.put("_anon_", "it authenticates nobody");
    REASONS.put("RC4", "RC4 is prohibited (RFC 7465)");
    REASONS.put("RC2", "RC2 is broken");
    REASONS.put("DES40", "40-bit DES can be broken");
    REASONS.put("3DES", "Triple DES is implemented with RSA and ECDHE key exchange alone");
    REASONS.put("_DES_", "56-bit DES can be broken");
    REASONS.put("IDEA", "IDEA was withdrawn (RFC 5469)");
    REASONS.put("_MD5", "MD5 is broken");
    REASONS.put("PSK", "pre-shared keys are not implemented");
    REASONS.put("SRP", "passwords as keys are not implemented");
    REASONS.put("KRB5", "Kerberos is not implemented");
    REASONS.put("_DSS_", "DSA was withdrawn (RFC 9155)");
    REASONS.put("TLS_DHE_", "finite-field Diffie-Hellman is not implemented; use ECDHE");
    REASONS.put("TLS_DH_", "static Diffie-Hellman has no forward secrecy");
    REASONS.put("TLS_ECDH_", "static Diffie-Hellman has no forward secrecy");
    REASONS.put("ffdhe", "finite-field Diffie-Hellman is not implemented");
    REASONS.put("sect", "curves over binary fields are obsolete (RFC 8422)");
  }

  private WeakNames() {}

  /** The reason, as the end of a sentence. */
  static String reason(String name) {
    return REASONS.entrySet().stream()
        .filter(entry -> name.contains(entry.getKey()))
        .map(Map.Entry::getValue)
        .findFirst()
        .orElse("it is not implemented");
  }
}
