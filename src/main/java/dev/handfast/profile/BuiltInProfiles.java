package dev.handfast.profile;

import dev.handfast.handshake.ProtocolVersion;
import dev.handfast.handshake.TlsProfile;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Mozilla's Server Side TLS 5.7, with the hybrid group X25519MLKEM768 before its groups. The
 * finite-field suites and groups of its {@code intermediate} and {@code old} are left out: the
 * engine does not implement them, and clients that know them know elliptic curves.
 */
final class BuiltInProfiles {

  static final String MODERN = "modern";
  static final String INTERMEDIATE = "intermediate";
  static final String OLD = "old";

  private static final List<String> TLS_1_3_SUITES =
      List.of("TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256");

  private static final List<String> ECDHE_AEAD_SUITES =
      List.of(
          "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
          "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
          "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
          "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
          "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
          "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256");

  private static final List<String> CBC_SUITES =
      List.of(
          "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256",
          "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256",
          "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA",
          "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA",
          "TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA384",
          "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA384",
          "TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA",
          "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA");

  private static final List<String> RSA_SUITES =
      List.of(
          "TLS_RSA_WITH_AES_128_GCM_SHA256",
          "TLS_RSA_WITH_AES_256_GCM_SHA384",
          "TLS_RSA_WITH_AES_128_CBC_SHA256",
          "TLS_RSA_WITH_AES_256_CBC_SHA256",
          "TLS_RSA_WITH_AES_128_CBC_SHA",
          "TLS_RSA_WITH_AES_256_CBC_SHA",
          "TLS_RSA_WITH_3DES_EDE_CBC_SHA");

  private static final List<String> GROUPS =
      List.of("X25519MLKEM768", "x25519", "secp256r1", "secp384r1");

  private static final List<String> SIGNATURE_SCHEMES =
      List.of(
          "ecdsa_secp256r1_sha256",
          "ed25519",
          "ecdsa_secp384r1_sha384",
          "rsa_pss_rsae_sha256",
          "rsa_pss_rsae_sha384",
          "rsa_pss_rsae_sha512");

  private static final List<String> PKCS1_SCHEMES =
      List.of("rsa_pkcs1_sha256", "rsa_pkcs1_sha384", "rsa_pkcs1_sha512");

  private static final List<String> SHA1_SCHEMES = List.of("ecdsa_sha1", "rsa_pkcs1_sha1");

  /** By name. */
  static final Map<String, TlsProfile> ALL =
      new TreeMap<>(
          Map.of(
              MODERN,
              new TlsProfile(
                  MODERN,
                  ProtocolVersion.TLS_1_3,
                  ProtocolVersion.TLS_1_3,
                  TLS_1_3_SUITES,
                  GROUPS,
                  SIGNATURE_SCHEMES),
              INTERMEDIATE,
              new TlsProfile(
                  INTERMEDIATE,
                  ProtocolVersion.TLS_1_2,
                  ProtocolVersion.TLS_1_3,
                  join(TLS_1_3_SUITES, ECDHE_AEAD_SUITES),
                  GROUPS,
                  join(SIGNATURE_SCHEMES, PKCS1_SCHEMES)),
              OLD,
              new TlsProfile(
                  OLD,
                  ProtocolVersion.TLS_1_0,
                  ProtocolVersion.TLS_1_3,
                  join(TLS_1_3_SUITES, ECDHE_AEAD_SUITES, CBC_SUITES, RSA_SUITES),
                  GROUPS,
                  join(SIGNATURE_SCHEMES, PKCS1_SCHEMES, SHA1_SCHEMES))));

  private BuiltInProfiles() {}

  @SafeVarargs
  private static List<String> join(List<String>... lists) {
    List<String> all = new ArrayList<>();
    for (List<String> list : lists) {
      all.addAll(list);
    }
    return List.copyOf(all);
  }
}
