package dev.handfast.clientauth;

import java.util.regex.Pattern;

/** An e-mail address (rfc822Name) in which a {@code *} stays within local part or domain label. */
record EmailPattern(String text, Glob localPart, DnsPattern domain) {

  private static final Pattern LOCAL_PART =
      Pattern.compile("[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}");

  /**
   * Reads a pattern.
   *
   * @throws IllegalArgumentException saying what was found and expected
   */
  static EmailPattern parse(String text) {
    int at = text.indexOf('@');
    if (at < 1 || !LOCAL_PART.matcher(text.substring(0, at)).matches()) {
      throw new IllegalArgumentException(
          "'%s' (expected: an e-mail address, such as *@x.example)".formatted(text));
    }
    return new EmailPattern(
        text,
        Glob.parse(text.substring(0, at), Glob.WILDCARD, "@"),
        DnsPattern.parse(text.substring(at + 1)));
  }

  /** Whether the address matches: the local part as written, the domain in any case. */
  boolean matches(String address) {
    int at = address.indexOf('@');
    return at >= 1
        && LOCAL_PART.matcher(address.substring(0, at)).matches()
        && localPart.matches(address.substring(0, at))
        && domain.matches(address.substring(at + 1));
  }
}
