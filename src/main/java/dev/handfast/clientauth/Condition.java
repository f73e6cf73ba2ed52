package dev.handfast.clientauth;

import java.math.BigInteger;
import java.util.List;
import java.util.Optional;
import java.util.function.BiPredicate;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What a rule asks of the client or the resource. */
sealed interface Condition {

  /** What made it match, for a sentence; or empty if it does not. */
  Optional<String> match(ClientIdentity client, Resource resource);

  /** The subject has these attributes. */
  record Subject(DnPattern pattern) implements Condition {
    @Override
    public Optional<String> match(ClientIdentity client, Resource resource) {
      return pattern.matches(client.subject())
          ? Optional.of("subject '%s' has %s".formatted(client.subjectText(), pattern.text()))
          : Optional.empty();
    }
  }

  /** The issuer has these attributes. */
  record Issuer(DnPattern pattern) implements Condition {
    @Override
    public Optional<String> match(ClientIdentity client, Resource resource) {
      return pattern.matches(client.issuer())
          ? Optional.of("issuer has " + pattern.text())
          : Optional.empty();
    }
  }

  /** One of the DNS names matches one of these. */
  record SanDns(List<DnsPattern> patterns) implements Condition {
    @Override
    public Optional<String> match(ClientIdentity client, Resource resource) {
      return any("DNS name", client.dnsNames(), patterns, DnsPattern::matches, DnsPattern::text);
    }
  }

  /** One of the URIs matches one of these. */
  record SanUri(List<UriPattern> patterns) implements Condition {
    @Override
    public Optional<String> match(ClientIdentity client, Resource resource) {
      return any("URI", client.uris(), patterns, UriPattern::matches, UriPattern::text);
    }
  }

  /** One of the e-mail addresses matches one of these. */
  record SanEmail(List<EmailPattern> patterns) implements Condition {
    @Override
    public Optional<String> match(ClientIdentity client, Resource resource) {
      return any(
          "e-mail address",
          client.emailAddresses(),
          patterns,
          EmailPattern::matches,
          EmailPattern::text);
    }
  }

  /** The certificate is one of these. */
  record Fingerprint(List<String> sha256) implements Condition {
    @Override
    public Optional<String> match(ClientIdentity client, Resource resource) {
      return sha256.contains(client.fingerprintSha256())
          ? Optional.of("fingerprint is " + client.fingerprintSha256())
          : Optional.empty();
    }
  }

  /** The serial number is one of these. */
  record SerialNumber(List<BigInteger> numbers) implements Condition {
    @Override
    public Optional<String> match(ClientIdentity client, Resource resource) {
      return numbers.contains(client.serialNumber())
          ? Optional.of("serial number is " + client.serialNumber().toString(16))
          : Optional.empty();
    }
  }

  /** The client asked for a server name like these. */
  record ServerName(List<DnsPattern> patterns) implements Condition {
    @Override
    public Optional<String> match(ClientIdentity client, Resource resource) {
      return any(
          "server name",
          given(resource.serverName()),
          patterns,
          DnsPattern::matches,
          DnsPattern::text);
    }
  }

  /** The client asked for a path like these. */
  record Path(List<PathPattern> patterns) implements Condition {
    @Override
    public Optional<String> match(ClientIdentity client, Resource resource) {
      return any("path", given(resource.path()), patterns, PathPattern::matches, PathPattern::text);
    }
  }

  private static List<String> given(@Nullable String value) {
    return value == null ? List.of() : List.of(value);
  }

  private static <P> Optional<String> any(
      String kind,
      List<String> values,
      List<P> patterns,
      BiPredicate<P, String> matches,
      Function<P, String> text) {
    for (String value : values) {
      for (P pattern : patterns) {
        if (matches.test(pattern, value)) {
          return Optional.of("%s '%s' matches %s".formatted(kind, value, text.apply(pattern)));
        }
      }
    }
    return Optional.empty();
  }
}
