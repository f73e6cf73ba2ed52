package dev.handfast.handshake;

import java.net.InetAddress;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The server names that a certificate is for: its subject alternative names that are DNS names or
 * addresses; the common name does not count (RFC 9525 section 2).
 */
public final class SubjectNames {

  private static final int DNS_NAME = 2;
  private static final int IP_ADDRESS = 7;

  private final List<String> dnsNames = new ArrayList<>();
  private final List<String> addresses = new ArrayList<>();

  private SubjectNames() {}

  /**
   * Reads them.
   *
   * @throws CertificateParsingException if the extension is malformed
   */
  public static SubjectNames of(X509Certificate certificate) throws CertificateParsingException {
    SubjectNames names = new SubjectNames();
    Collection<List<?>> alternatives = certificate.getSubjectAlternativeNames();
    for (List<?> alternative : alternatives == null ? List.<List<?>>of() : alternatives) {
      if (alternative.get(0) instanceof Integer type && alternative.get(1) instanceof String text) {
        switch (type) {
          case DNS_NAME -> names.dnsNames.add(text);
          case IP_ADDRESS -> names.addresses.add(text);
          default -> {}
        }
      }
    }
    return names;
  }

  /** The one that a client which asks for this name or address accepts, or empty. */
  public Optional<String> covering(String wanted) {
    return dnsNames.stream()
        .filter(name -> matches(name, wanted))
        .findFirst()
        .or(() -> addresses.stream().filter(address -> isSame(address, wanted)).findFirst());
  }

  /** In a sentence: the first ten. */
  @Override
  public String toString() {
    List<String> all = new ArrayList<>(dnsNames);
    all.addAll(addresses);
    return all.isEmpty() ? "no name" : String.join(", ", all.subList(0, Math.min(10, all.size())));
  }

  /** RFC 9525 section 6.3: a wildcard stands for the whole leftmost label. */
  private static boolean matches(String pattern, String name) {
    String wanted = name.toLowerCase(Locale.ROOT);
    String offered = pattern.toLowerCase(Locale.ROOT);
    int dot = wanted.indexOf('.');
    return offered.startsWith("*.")
        ? dot > 0 && wanted.substring(dot).equals(offered.substring(1))
        : wanted.equals(offered);
  }

  private static boolean isSame(String address, String other) {
    try {
      return InetAddress.ofLiteral(address).equals(InetAddress.ofLiteral(other));
    } catch (IllegalArgumentException e) {
      return false;
    }
  }
}
