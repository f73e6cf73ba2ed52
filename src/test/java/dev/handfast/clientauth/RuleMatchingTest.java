package dev.handfast.clientauth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.bouncycastle.asn1.DERUTF8String;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which names a pattern matches: wildcards stay within a label, a segment, an attribute. */
class RuleMatchingTest {

  @ParameterizedTest
  @CsvSource({
    "a.x.example, a.x.example, true",
    "a.x.example, A.X.Example, true",
    "A.X.example, a.x.example, true",
    "a.x.example, b.x.example, false",
    "a.x.example, xa.x.example, false",
    "a.x.example, a.x.example.evil.example, false",
    "*.x.example, a.x.example, true",
    "*.x.example, a.b.x.example, false",
    "*.x.example, x.example, false",
    "*.x.example, .x.example, false",
    "*.x.example, *.x.example, false",
    "*.x.example, a.x.example., false",
    "*.x.example, a.xxexample, false",
    "*.*.example, a.b.example, true",
    "*.*.example, a.b.c.example, false",
    "web-*.x.example, web-1.x.example, true",
    "web-*.x.example, web-.x.example, false",
    "web-*.x.example, web-1.y.x.example, false",
    "*, localhost, true",
    "*, a.b, false",
    "a.x.example, 'a.x.example ', false",
  })
  void dnsNames(String pattern, String name, boolean matches) {
    assertThat(DnsPattern.parse(pattern).matches(name)).isEqualTo(matches);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a.x.example\0.evil.example",
        "a.x.example\0",
        "a\n.x.example",
        "a\u200b.x.example",
        "\u212ba.x.example",
        "a/b.x.example",
        "a@b.x.example"
      })
  void aNameThatIsNoHostNameMatchesNothing(String name) {
    assertThat(DnsPattern.parse("*.x.example").matches(name)).isFalse();
    assertThat(DnsPattern.parse("a.x.example").matches(name)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", ".", "a..b", "a.x.example.", "a b.example", "**.x", "*a*.x", "ä.x", "a/b"})
  void aDnsPatternThatIsNoneIsRefused(String pattern) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> DnsPattern.parse(pattern))
        .withMessageContaining(
            pattern.equals("**.x") || pattern.equals("*a*.x")
                ? "more than one *"
                : "expected: a DNS name");
  }

  @ParameterizedTest
  @CsvSource({
    "spiffe://x.example/a, spiffe://x.example/a, true",
    "spiffe://x.example/a, spiffe://x.example/A, false",
    "spiffe://x.example/a, spiffe://x.example/a/, false",
    "spiffe://x.example/a, spiffe://x.example/a/b, false",
    "urn:uuid:1, urn:uuid:1, true",
    "spiffe://x.example/*, spiffe://x.example/a, true",
    "spiffe://x.example/*, SPIFFE://X.example/a, true",
    "spiffe://x.example/*, spiffe://x.example/a/b, false",
    "spiffe://x.example/*, spiffe://x.example/, false",
    "spiffe://x.example/*, spiffe://x.example, false",
    "spiffe://x.example/*, spiffe://x.example/.., false",
    "spiffe://x.example/*, spiffe://x.example/a%2Fb, false",
    "spiffe://x.example/*, spiffe://x.example/a?b, false",
    "spiffe://x.example/*, spiffe://x.example/a#b, false",
    "spiffe://x.example/*, spiffe://x.example:80/a, false",
    "spiffe://x.example/*, spiffe://u@x.example/a, false",
    "spiffe://x.example/*, https://x.example/a, false",
    "spiffe://x.example/ns/*/sa/*, spiffe://x.example/ns/a/sa/b.c, true",
    "spiffe://x.example/ns/*/sa/*, spiffe://x.example/ns/a/b/sa/c, false",
    "spiffe://x.example/ns/*/sa/*, spiffe://x.example/ns//sa/c, false",
    "spiffe://*.x.example/a, spiffe://b.x.example/a, true",
    "spiffe://*.x.example/a, spiffe://b.c.x.example/a, false",
    "spiffe://*.x.example/a, spiffe://evil.example/.x.example/a, false",
    "spiffe://x.example/web-*, spiffe://x.example/web-1, true",
    "spiffe://x.example/web-*, spiffe://x.example/db-1, false",
  })
  void uris(String pattern, String uri, boolean matches) {
    assertThat(UriPattern.parse(pattern).matches(uri)).isEqualTo(matches);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "x.example", "*", "*://x/a", "spiffe://x/**", "spiffe://x/../*", "a b:c"})
  void aUriPatternThatIsNoneIsRefused(String pattern) {
    assertThatIllegalArgumentException().isThrownBy(() -> UriPattern.parse(pattern));
  }

  @ParameterizedTest
  @CsvSource({
    "a@x.example, a@x.example, true",
    "a@x.example, a@X.example, true",
    "a@x.example, A@x.example, false",
    "*@x.example, a.b@x.example, true",
    "*@x.example, @x.example, false",
    "*@x.example, a@b.x.example, false",
    "*@x.example, a@evil.example@x.example, false",
    "*@*.example, a@x.example, true",
    "*@*.example, a@x.y.example, false",
    "dev-*@x.example, dev-a@x.example, true",
  })
  void emailAddresses(String pattern, String address, boolean matches) {
    assertThat(EmailPattern.parse(pattern).matches(address)).isEqualTo(matches);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "CN=alice                | CN=alice,O=Example           | true",
        "CN=ALICE                | CN=alice                     | true",
        "cn=alice                | CN=alice                     | true",
        "CN=alice,O=Example      | O=Example,CN=alice           | true",
        "CN=alice,O=Example      | CN=alice                     | false",
        "CN=*,O=Example          | CN=bob,O=Example             | true",
        "CN=*,O=Example          | O=Example                    | false",
        "CN=*                    | CN=J. R. Doe                 | true",
        "O=Example*              | O=Example Ltd. and others    | true",
        "O=Example*              | O=Example                    | false",
        "CN=*.x.example          | CN=a.x.example               | true",
        "CN=*.x.example          | CN=a.b.x.example             | false",
        "CN=*@x.example          | CN=a@b@x.example             | false",
        "CN=svc/*                | CN=svc/a                     | true",
        "CN=svc/*                | CN=svc/a/b                   | false",
        "OU=a,OU=b               | OU=b,OU=a                    | true",
        "OU=a,OU=b               | OU=a                         | false",
        "CN=a                    | CN=ab                        | false",
        "O=a                     | CN=a                         | false",
        "CN=a\\,b                | CN=a\\,b                     | true",
        "CN=a                    | CN=a\\,O\\=a                 | false",
        "CN=\\*                  | CN=x                         | false",
        "CN=\\*                  | CN=\\*                       | true",
        "O=Big  Corp             | O=big corp                   | true",
        "DC=example,DC=*         | DC=example,DC=com            | true",
        "2.5.4.3=alice           | CN=alice                     | true",
        "CN=kate                 | CN=\u212Aate                 | false",
      })
  void distinguishedNames(String pattern, String name, boolean matches) {
    assertThat(DnPattern.parse(pattern).matches(DnPattern.read(new X500Name(name))))
        .isEqualTo(matches);
  }

  @ParameterizedTest
  @ValueSource(strings = {"alice\0", "\0", "ali\u0007ce", "alice\u200b", ""})
  void aSubjectWithControlCharactersMatchesNothing(String name) {
    List<DnPattern.Found> found =
        DnPattern.read(new X500NameBuilder().addRDN(BCStyle.CN, new DERUTF8String(name)).build());

    assertThat(DnPattern.parse("CN=*").matches(found)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "alice", "CN", "XX=alice", "CN=*a*", "=a", "CN=a\0"})
  void aNamePatternThatIsNoneIsRefused(String pattern) {
    assertThatIllegalArgumentException().isThrownBy(() -> DnPattern.parse(pattern));
  }

  @ParameterizedTest
  @CsvSource({
    "/admin/**, /admin, true",
    "/admin/**, /admin/, true",
    "/admin/**, /admin/a/b, true",
    "/admin/**, /administrator, false",
    "/admin/**, /x/admin, false",
    "/admin/**, /admin/../x, false",
    "/admin/**, //admin/x, false",
    "/admin/**, /admin%2Fx, false",
    "/admin/**, /admin;a=b/x, false",
    "/a/*/c, /a/b/c, true",
    "/a/*/c, /a/b/b/c, false",
    "/a, /a, true",
    "/a, /A, false",
    "/**, /, true",
    "/**, /a/b, true",
  })
  void paths(String pattern, String path, boolean matches) {
    assertThat(PathPattern.parse(pattern).matches(path)).isEqualTo(matches);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "admin", "/a/../b", "/**/b", "/a//b", "/a b", "/*a*"})
  void aPathPatternThatIsNoneIsRefused(String pattern) {
    assertThatIllegalArgumentException().isThrownBy(() -> PathPattern.parse(pattern));
  }
}
