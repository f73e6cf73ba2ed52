package dev.handfast.clientauth.revocation;

import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.springframework.stereotype.Component;

/** Question (f): is a certificate of the path revoked? */
@Component
public class RevocationChecks {

  private final OcspClient ocsp;
  private final RevocationProperties properties;

  RevocationChecks(OcspClient ocsp, RevocationProperties properties) {
    this.ocsp = ocsp;
    this.properties = properties;
  }

  /**
   * Checks a validated path.
   *
   * @param fetched the CRLs that were fetched for the settings' URLs
   * @param path the client's certificate first, the trust anchor last
   * @param ask whether OCSP responders may be asked; then it may block
   */
  public Finding check(
      RevocationSettings settings,
      List<CertificateList> fetched,
      List<X509Certificate> path,
      Instant at,
      boolean ask) {
    int below = Math.max(0, path.size() - 1);
    int checked = settings.wholeChain() ? below : Math.min(1, below);
    if (checked == 0) {
      return Finding.good("the certificate is itself a trust anchor");
    }
    List<Link> links = new ArrayList<>();
    for (int i = 0; i < checked; i++) {
      links.add(new Link(path.get(i), path.get(i + 1)));
    }
    List<Finding> findings = new ArrayList<>();
    if (settings.mode().asksCrl()) {
      links.forEach(link -> findings.add(byCrl(link, settings, fetched, at)));
    }
    boolean revoked = findings.stream().anyMatch(f -> f.status() == Finding.Status.REVOKED);
    if (settings.mode().asksOcsp() && !revoked) {
      List<Finding> answers = byOcsp(links, settings, at, ask);
      if (findings.isEmpty()) {
        findings.addAll(answers);
      } else {
        for (int i = 0; i < checked; i++) {
          findings.set(i, either(findings.get(i), answers.get(i)));
        }
      }
    }
    return worst(findings);
  }

  private static Finding byCrl(
      Link link, RevocationSettings settings, List<CertificateList> fetched, Instant at) {
    List<String> useless = new ArrayList<>();
    List<Finding> good = new ArrayList<>();
    for (List<CertificateList> lists : List.of(settings.crls(), fetched)) {
      for (CertificateList list : lists) {
        if (!list.concerns(link.certificate())) {
          continue;
        }
        var reason = list.uselessBecause(link.certificate(), link.issuer(), at);
        if (reason.isPresent()) {
          useless.add(reason.get());
          continue;
        }
        Finding finding = list.find(link.certificate());
        if (finding.status() == Finding.Status.REVOKED) {
          return finding;
        }
        if (finding.status() == Finding.Status.GOOD) {
          good.add(finding);
        } else {
          useless.add(finding.evidence());
        }
      }
    }
    if (!good.isEmpty()) {
      return good.getFirst();
    }
    return Finding.unknown(
        useless.isEmpty()
            ? "there is no CRL of '%s' for '%s'"
                .formatted(
                    link.issuer().getSubjectX500Principal().getName(),
                    link.certificate().getSubjectX500Principal().getName())
            : String.join("; ", useless.subList(0, Math.min(3, useless.size()))));
  }

  private List<Finding> byOcsp(
      List<Link> links, RevocationSettings settings, Instant at, boolean ask) {
    if (!ask) {
      return links.stream()
          .map(link -> ocsp.known(link.certificate(), link.issuer(), settings.ocsp(), at))
          .toList();
    }
    List<CompletableFuture<Finding>> asked =
        links.stream()
            .map(link -> ocsp.ask(link.certificate(), link.issuer(), settings.ocsp(), at))
            .toList();
    long deadline = System.nanoTime() + properties.ocspTimeout().toNanos();
    return asked.stream().map(answer -> await(answer, deadline)).toList();
  }

  private static Finding await(CompletableFuture<Finding> answer, long deadline) {
    try {
      // The exchange has the same time limit, and a better sentence: give it a moment to tell.
      return answer.get(
          Math.max(0, deadline - System.nanoTime()) + 200_000_000L, TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      return Finding.unknown("the OCSP responder did not answer in time");
    } catch (ExecutionException e) {
      return Finding.unknown("the OCSP responder could not be asked");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Finding.unknown("the OCSP responder was not asked, Handfast is stopping");
    }
  }

  /** One that knows is enough; a revocation counts whoever says so. */
  private static Finding either(Finding crl, Finding ocsp) {
    if (ocsp.status() == Finding.Status.REVOKED) {
      return ocsp;
    }
    boolean good = crl.status() == Finding.Status.GOOD || ocsp.status() == Finding.Status.GOOD;
    return new Finding(
        good ? Finding.Status.GOOD : Finding.Status.UNKNOWN,
        crl.evidence() + "; " + ocsp.evidence());
  }

  private static Finding worst(List<Finding> findings) {
    for (Finding.Status status : List.of(Finding.Status.REVOKED, Finding.Status.UNKNOWN)) {
      for (Finding finding : findings) {
        if (finding.status() == status) {
          return finding;
        }
      }
    }
    return Finding.good(String.join("; ", findings.stream().map(Finding::evidence).toList()));
  }

  private record Link(X509Certificate certificate, X509Certificate issuer) {}
}
