package dev.handfast.clientauth;

import java.util.ArrayList;
import java.util.List;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1String;
import org.bouncycastle.asn1.DERUTF8String;
import org.bouncycastle.asn1.x500.AttributeTypeAndValue;
import org.bouncycastle.asn1.x500.RDN;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameStyle;
import org.bouncycastle.asn1.x500.style.BCStyle;

/**
 * Attributes that a distinguished name must have, in any order: {@code CN=*,O=Example}. Letters A
 * to Z match in any case, runs of spaces are one space (RFC 5280 section 7.1).
 */
record DnPattern(String text, List<Attribute> attributes) {

  /** Stands for an unescaped {@code *} while BC reads the name, so that {@code \*} stays itself. */
  private static final char MARK = '\uE000';

  /** A wildcard does not stand for those of these that the pattern itself contains. */
  private static final String SEPARATORS = "./@";

  /** Reads every value as UTF-8: other string types would not carry the mark. */
  private static final X500NameStyle STYLE =
      new BCStyle() {
        @Override
        protected ASN1Encodable encodeStringValue(ASN1ObjectIdentifier type, String value) {
          return new DERUTF8String(value);
        }
      };

  /** An attribute that must be there. */
  record Attribute(ASN1ObjectIdentifier type, Glob value) {}

  /** An attribute that is there. */
  record Found(ASN1ObjectIdentifier type, String value) {}

  /**
   * Reads a pattern in RFC 4514 form.
   *
   * @throws IllegalArgumentException saying what was found and expected
   */
  static DnPattern parse(String text) {
    if (!Glob.isPlain(text) || text.indexOf(MARK) >= 0) {
      throw wrong(text);
    }
    X500Name name;
    try {
      name = new X500Name(STYLE, marked(text));
    } catch (RuntimeException e) {
      // BC reports malformed names by several unchecked exceptions.
      throw wrong(text);
    }
    List<Attribute> attributes =
        read(name).stream().map(found -> new Attribute(found.type(), glob(found.value()))).toList();
    if (attributes.isEmpty()) {
      throw wrong(text);
    }
    return new DnPattern(text, attributes);
  }

  /** The attributes of a name that can be compared: those whose value is plain text. */
  static List<Found> read(X500Name name) {
    List<Found> found = new ArrayList<>();
    for (RDN rdn : name.getRDNs()) {
      for (AttributeTypeAndValue attribute : rdn.getTypesAndValues()) {
        if (attribute.getValue() instanceof ASN1String string && Glob.isPlain(string.getString())) {
          found.add(new Found(attribute.getType(), normal(string.getString())));
        }
      }
    }
    return found;
  }

  /** Whether each attribute of the pattern is among those found. */
  boolean matches(List<Found> name) {
    return attributes.stream()
        .allMatch(
            wanted ->
                name.stream()
                    .anyMatch(
                        found ->
                            found.type().equals(wanted.type())
                                && wanted.value().matches(found.value())));
  }

  private static Glob glob(String value) {
    StringBuilder separators = new StringBuilder();
    SEPARATORS.chars().filter(c -> value.indexOf(c) >= 0).forEach(c -> separators.append((char) c));
    return Glob.parse(value, MARK, separators.toString());
  }

  private static String normal(String value) {
    return Glob.asciiLowerCase(value.strip().replaceAll(" +", " "));
  }

  private static String marked(String text) {
    StringBuilder marked = new StringBuilder(text.length());
    boolean escaped = false;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      marked.append(c == Glob.WILDCARD && !escaped ? MARK : c);
      escaped = c == '\\' && !escaped;
    }
    return marked.toString();
  }

  private static IllegalArgumentException wrong(String text) {
    return new IllegalArgumentException(
        "'%s' (expected: attributes of a distinguished name, such as CN=*,O=Example)"
            .formatted(text));
  }
}
