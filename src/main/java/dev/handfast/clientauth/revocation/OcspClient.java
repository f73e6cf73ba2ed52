package dev.handfast.clientauth.revocation;

import com.github.benmanes.caffeine.cache.AsyncCache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import java.net.URI;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.ASN1String;
import org.bouncycastle.asn1.x509.AccessDescription;
import org.bouncycastle.asn1.x509.AuthorityInformationAccess;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Asks OCSP responders (RFC 6960). A certificate is asked about once at a time; answers are kept
 * until their nextUpdate, failures for a short time.
 */
@Component
class OcspClient {

  /** RFC 6960 section 4.2.2.1: without nextUpdate, newer information is always available. */
  private static final Duration WITHOUT_NEXT_UPDATE = Duration.ofSeconds(60);

  private final RevocationProperties properties;
  private final Fetcher fetcher;
  private final InstantSource clock;
  private final Executor threads = Executors.newVirtualThreadPerTaskExecutor();
  private final AsyncCache<Key, Known> cache;

  OcspClient(RevocationProperties properties, Fetcher fetcher, InstantSource clock) {
    this.properties = properties;
    this.fetcher = fetcher;
    this.clock = clock;
    this.cache =
        Caffeine.newBuilder()
            .maximumSize(properties.ocspCacheSize())
            .executor(threads)
            .expireAfter(
                Expiry.<Key, Known>creating((key, known) -> known.keepFor(clock.instant())))
            .buildAsync();
  }

  /** Finds out, asking the responder unless its answer is known. Never completes exceptionally. */
  CompletableFuture<Finding> ask(
      X509Certificate certificate,
      X509Certificate issuer,
      RevocationSettings.Ocsp settings,
      Instant at) {
    Optional<URI> responder = responder(certificate, settings);
    if (responder.isEmpty()) {
      return CompletableFuture.completedFuture(noResponder(certificate));
    }
    Key key = new Key(certificate, issuer, responder.get(), settings);
    return cache
        .get(key, (k, executor) -> CompletableFuture.supplyAsync(() -> fetch(k, settings), threads))
        .thenApply(known -> known.findingAt(at));
  }

  /** What is known without asking. */
  Finding known(
      X509Certificate certificate,
      X509Certificate issuer,
      RevocationSettings.Ocsp settings,
      Instant at) {
    Optional<URI> responder = responder(certificate, settings);
    if (responder.isEmpty()) {
      return noResponder(certificate);
    }
    CompletableFuture<Known> known =
        cache.getIfPresent(new Key(certificate, issuer, responder.get(), settings));
    return known != null && known.state() == java.util.concurrent.Future.State.SUCCESS
        ? known.resultNow().findingAt(at)
        : Finding.unknown("no answer of " + responder.get() + " is known");
  }

  private Known fetch(Key key, RevocationSettings.Ocsp settings) {
    Instant now = clock.instant();
    try {
      OcspMessages messages = new OcspMessages(key.certificate(), key.issuer(), settings);
      byte[] response =
          fetcher.post(
              key.responder(),
              "application/ocsp-request",
              messages.request(),
              properties.ocspMaxBytes(),
              properties.ocspTimeout());
      OcspMessages.Answer answer;
      try {
        answer = messages.read(response, now);
      } catch (FetchException e) {
        throw new FetchException(key.responder() + ": " + e.getMessage());
      }
      Instant until =
          settings.nonce() == RevocationSettings.Nonce.REQUIRED
              ? now
              : Objects.requireNonNullElse(answer.nextUpdate(), now.plus(WITHOUT_NEXT_UPDATE));
      String evidence =
          "'%s' is %s, says the OCSP responder %s (thisUpdate %s, nextUpdate %s)"
              .formatted(
                  key.certificate().getSubjectX500Principal().getName(),
                  answer.text(),
                  key.responder(),
                  answer.thisUpdate(),
                  answer.nextUpdate() == null ? "none" : answer.nextUpdate());
      return new Known(new Finding(answer.status(), evidence), until, answer.usableUntil());
    } catch (FetchException e) {
      return new Known(
          Finding.unknown("the OCSP responder " + e.getMessage()),
          now.plus(properties.ocspRetryAfter()),
          null);
    }
  }

  private static Optional<URI> responder(
      X509Certificate certificate, RevocationSettings.Ocsp settings) {
    return settings.responder() != null
        ? Optional.of(settings.responder())
        : namedResponder(certificate);
  }

  /** The first OCSP responder of the certificate's AuthorityInfoAccess that can be asked. */
  private static Optional<URI> namedResponder(X509Certificate certificate) {
    byte[] extension = certificate.getExtensionValue(Extension.authorityInfoAccess.getId());
    if (extension == null) {
      return Optional.empty();
    }
    try {
      return Arrays.stream(
              AuthorityInformationAccess.getInstance(
                      ASN1OctetString.getInstance(extension).getOctets())
                  .getAccessDescriptions())
          .filter(access -> access.getAccessMethod().equals(AccessDescription.id_ad_ocsp))
          .map(AccessDescription::getAccessLocation)
          .filter(location -> location.getTagNo() == GeneralName.uniformResourceIdentifier)
          .map(location -> ((ASN1String) location.getName()).getString())
          .filter(FetchTarget::isFetchable)
          .map(URI::create)
          .findFirst();
    } catch (RuntimeException e) {
      // BC reports malformed extensions by several unchecked exceptions.
      return Optional.empty();
    }
  }

  private static Finding noResponder(X509Certificate certificate) {
    return Finding.unknown(
        "'%s' names no OCSP responder, and none is configured"
            .formatted(certificate.getSubjectX500Principal().getName()));
  }

  /** One question. Certificates compare by their encoding. */
  private record Key(
      X509Certificate certificate,
      X509Certificate issuer,
      URI responder,
      RevocationSettings.Ocsp settings) {}

  /**
   * An answer.
   *
   * @param until when it is asked for anew
   * @param usableUntil when it is too old to be believed; null: it says nothing that could be
   */
  private record Known(Finding finding, Instant until, @Nullable Instant usableUntil) {

    Duration keepFor(Instant now) {
      return now.isBefore(until) ? Duration.between(now, until) : Duration.ZERO;
    }

    Finding findingAt(Instant at) {
      return usableUntil != null && usableUntil.isBefore(at)
          ? Finding.unknown(finding.evidence() + ", which is too old")
          : finding;
    }
  }
}
