package dev.handfast.journal;

import dev.handfast.certificate.Certificates;
import dev.handfast.clientauth.TrustBundles;
import dev.handfast.configuration.AuditableAction;
import dev.handfast.configuration.InvalidConfigurationException;
import dev.handfast.configuration.Violations;
import dev.handfast.engine.ProbeReport;
import dev.handfast.engine.ProbeSettings;
import dev.handfast.handshake.Alert;
import dev.handfast.handshake.Credential;
import dev.handfast.handshake.TlsProfile;
import dev.handfast.profile.TlsProfiles;
import java.io.ByteArrayInputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/** Checks what is asked, audits it, probes, and says what was seen. Blocks. */
@Component
class Probes {

  private final TlsProfiles profiles;
  private final Certificates certificates;
  private final TrustBundles trustBundles;
  private final ProbeTarget targets;
  private final ProbeLimits limits;
  private final ApplicationEventPublisher events;
  private final InstantSource clock;
  private final JsonMapper json;
  private final RecordFormat format;

  Probes(
      TlsProfiles profiles,
      Certificates certificates,
      TrustBundles trustBundles,
      ProbeTarget targets,
      ProbeLimits limits,
      ApplicationEventPublisher events,
      InstantSource clock,
      JsonMapper json) {
    this.profiles = profiles;
    this.certificates = certificates;
    this.trustBundles = trustBundles;
    this.targets = targets;
    this.limits = limits;
    this.events = events;
    this.clock = clock;
    this.json = json;
    this.format = new RecordFormat(json);
  }

  ProbeAnswer probe(ProbeRequest request) {
    Violations violations = new Violations();
    String host = Objects.requireNonNullElse(request.host(), "");
    int port = Objects.requireNonNullElse(request.port(), 0);
    violations.require(!host.isBlank(), "host", "missing (expected: a name or an address)");
    violations.require(
        port >= 1 && port <= 65_535, "port", "%d (expected: 1..65535)".formatted(port));
    violations.throwIfAny();
    ProbeSettings settings = settings(request, host);
    List<X509Certificate> trusted = trusted(request.trustBundle());
    InetSocketAddress address = targets.resolve(host, port);
    events.publishEvent(
        new AuditableAction(
            "probe", "probes", host + ":" + port, null, json.writeValueAsString(request)));
    Instant startedAt = clock.instant();
    long begin = System.nanoTime();
    ProbeReport report = new Probe(settings, limits.timeout()).run(address);
    Duration duration = Duration.ofNanos((System.nanoTime() - begin) / 1_000 * 1_000);
    String name = settings.serverName() == null ? host : settings.serverName();
    return answer(
        new Seen(host, port, address.getAddress(), settings.serverName(), startedAt, duration),
        report,
        name,
        trusted);
  }

  private ProbeSettings settings(ProbeRequest request, String host) {
    String profileName = Objects.requireNonNullElse(request.tlsProfile(), "intermediate");
    TlsProfile profile =
        profiles
            .find(profileName)
            .orElseThrow(
                () ->
                    new InvalidConfigurationException(
                        "tlsProfile",
                        "'%s' (expected: an existing TLS profile)".formatted(profileName)));
    String serverName = request.serverName() == null ? nameOf(host) : request.serverName();
    if (serverName != null && !serverName.matches("[\\w.*-]{1,255}")) {
      throw new InvalidConfigurationException(
          "serverName", "'%s' (expected: a DNS name)".formatted(serverName));
    }
    return new ProbeSettings(
        serverName,
        profile,
        credential(request.certificate()),
        Objects.requireNonNullElse(request.alpn(), List.of()));
  }

  /** An address is no server name (RFC 6066 section 3). */
  private static @Nullable String nameOf(String host) {
    try {
      InetAddress.ofLiteral(host);
      return null;
    } catch (IllegalArgumentException e) {
      return host;
    }
  }

  private @Nullable Credential credential(@Nullable String name) {
    if (name == null) {
      return null;
    }
    return certificates
        .current(name)
        .orElseThrow(
            () ->
                new InvalidConfigurationException(
                    "certificate", "'%s' (expected: a certificate in force)".formatted(name)));
  }

  private List<X509Certificate> trusted(@Nullable String bundle) {
    if (bundle == null) {
      return ServerQuestions.platformTrust();
    }
    return trustBundles
        .certificates(bundle)
        .orElseThrow(
            () ->
                new InvalidConfigurationException(
                    "trustBundle", "'%s' (expected: an existing trust bundle)".formatted(bundle)));
  }

  private ProbeAnswer answer(
      Seen seen, ProbeReport report, String name, List<X509Certificate> trusted) {
    List<X509Certificate> chain = parse(report.chain());
    List<HandshakeRecord.Question> questions =
        chain.isEmpty()
            ? List.of()
            : new ServerQuestions(chain, name, trusted, clock.instant()).answers();
    return new ProbeAnswer(
        seen.host(),
        seen.port(),
        seen.address().getHostAddress(),
        seen.serverName(),
        seen.startedAt(),
        seen.duration(),
        report.established() ? "completed" : "failed",
        report.problem(),
        report.protocol(),
        report.cipherSuite(),
        report.group(),
        report.applicationProtocol(),
        Optional.ofNullable(report.alertSent()).map(Alert::rfcName).orElse(null),
        Optional.ofNullable(report.alertReceived()).map(Alert::rfcName).orElse(null),
        !questions.isEmpty()
            && questions.stream().allMatch(question -> question.verdict().equals("yes")),
        questions,
        chain.stream().map(RecordFormat::certificate).toList(),
        pem(report.chain()),
        StapledOcsp.of(report.ocspResponse()),
        report.certificateRequested(),
        report.certificateSent(),
        report.steps().stream().map(format::step).toList());
  }

  private static List<X509Certificate> parse(List<byte[]> chain) {
    List<X509Certificate> parsed = new ArrayList<>();
    try {
      CertificateFactory factory = CertificateFactory.getInstance("X.509");
      for (byte[] der : chain) {
        parsed.add((X509Certificate) factory.generateCertificate(new ByteArrayInputStream(der)));
      }
      return parsed;
    } catch (CertificateException e) {
      return parsed; // What can be read up to there.
    }
  }

  private static String pem(List<byte[]> chain) {
    Base64.Encoder base64 = Base64.getMimeEncoder(64, new byte[] {'\n'});
    StringBuilder pem = new StringBuilder();
    for (byte[] der : chain) {
      pem.append("-----BEGIN CERTIFICATE-----\n")
          .append(base64.encodeToString(der))
          .append("\n-----END CERTIFICATE-----\n");
    }
    return pem.toString();
  }

  private record Seen(
      String host,
      int port,
      InetAddress address,
      @Nullable String serverName,
      Instant startedAt,
      Duration duration) {}
}
