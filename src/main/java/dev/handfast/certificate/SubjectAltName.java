package dev.handfast.certificate;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.regex.Pattern;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.x509.GeneralName;

/** A name that a server certificate is for: a DNS name, perhaps with a wildcard, or an address. */
final class SubjectAltName {

  private static final int MAX_DNS_LENGTH = 253;
  private static final String LABEL = "[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9])?";
  private static final Pattern DNS_NAME =
      Pattern.compile("(?:\\*\\.)?" + LABEL + "(?:\\." + LABEL + ")*");
  private static final Pattern IPV4 = Pattern.compile("\\d{1,3}(?:\\.\\d{1,3}){3}");

  private SubjectAltName() {}

  /**
   * The name as certificates carry it.
   *
   * @throws IllegalArgumentException saying what was found and what is expected
   */
  static GeneralName parse(String text) {
    if (text.indexOf(':') >= 0 || IPV4.matcher(text).matches()) {
      return new GeneralName(GeneralName.iPAddress, new DEROctetString(address(text)));
    }
    if (text.length() <= MAX_DNS_LENGTH
        && DNS_NAME.matcher(text).matches()
        && !text.matches("[0-9.]+")) {
      return new GeneralName(GeneralName.dNSName, text);
    }
    throw new IllegalArgumentException(
        "'%s' (expected: a DNS name in ASCII, *.name, or an IP address)".formatted(text));
  }

  private static byte[] address(String text) {
    try {
      if (text.indexOf('%') < 0) {
        return InetAddress.getByAddress(InetAddress.ofLiteral(text).getAddress()).getAddress();
      }
    } catch (IllegalArgumentException | UnknownHostException e) {
      // Falls through to the error.
    }
    throw new IllegalArgumentException("'%s' (expected: an IPv4 or IPv6 address)".formatted(text));
  }
}
