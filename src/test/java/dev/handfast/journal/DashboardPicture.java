package dev.handfast.journal;

import dev.handfast.handshake.Hellos;
import dev.handfast.testing.CommandLine;
import dev.handfast.testing.RunningHandfast;
import dev.handfast.testing.TlsClients;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Draws panels of the chart's dashboards from what a real Prometheus answers about a real Handfast
 * under traffic, with chromium; run by hand for the picture in README. Arguments: the PNG to write,
 * and minutes of traffic. Needs {@code target/handfast.jar}.
 */
final class DashboardPicture {

  private static final JsonMapper JSON = new JsonMapper();
  private static final Pattern LABEL = Pattern.compile("\\{\\{(\\w+)}}");
  private static final int STEP_SECONDS = 2;

  /** Dashboard and panel, with its width in twelfths. */
  private static final List<Choice> PANELS =
      List.of(
          new Choice("Handshakes", "Handshakes", 3),
          new Choice("Handshakes", "Completed", 3),
          new Choice("Handshakes", "Resumed", 3),
          new Choice("Certificates", "Next expiry", 3),
          new Choice("Handshakes", "Handshakes by result", 6),
          new Choice("Handshakes", "Failures by reason", 6),
          new Choice("Handshakes", "Duration of completed handshakes", 4),
          new Choice("Handshakes", "Protocol", 4),
          new Choice("Connections and renegotiations", "Renegotiations by mechanism", 4));

  private DashboardPicture() {}

  public static void main(String[] arguments) throws Exception {
    Duration length = Duration.ofMinutes(Long.parseLong(arguments[1]));
    try (RunningHandfast handfast = RunningHandfast.start();
        PrometheusServer prometheus =
            PrometheusServer.scraping(
                handfast, "correct horse battery staple", AlertRulesTest.RULES)) {
      Instant begin = Instant.now();
      clients(handfast, begin, length);
      Path page = handfast.home().resolve("picture.html");
      Files.writeString(page, page(prometheus, begin.plusSeconds(40), Instant.now()));
      CommandLine.Output drawn =
          CommandLine.run(
              "chromium",
              "--headless",
              "--no-sandbox",
              "--disable-gpu",
              "--hide-scrollbars",
              "--window-size=1600,640",
              "--screenshot=" + Path.of(arguments[0]).toAbsolutePath(),
              page.toUri().toString());
      System.out.println(drawn.all());
    }
    System.exit(0);
  }

  /** Good clients all the time; in the middle, for a while, old ones and some without our CA. */
  private static void clients(RunningHandfast handfast, Instant begin, Duration length)
      throws Exception {
    Traffic traffic = new Traffic(handfast);
    SSLContext trusting = TlsClients.trusting(handfast.caFile());
    byte[] old = Hellos.tls12().legacyVersion(0x0302).records(16_384);
    for (int tick = 0; Instant.now().isBefore(begin.plus(length)); tick++) {
      double part = (double) Duration.between(begin, Instant.now()).toMillis() / length.toMillis();
      visit(tick % 6 == 0 ? TlsClients.trusting(handfast.caFile()) : trusting, handfast, tick);
      if (part > 0.4 && part < 0.6 && tick % 3 == 0) {
        hello(handfast.channelPort(), old);
      }
      if (part > 0.7 && part < 0.8 && tick % 5 == 0) {
        visit(SSLContext.getDefault(), handfast, tick);
      }
      if (tick % 100 == 0) {
        traffic.run();
      }
      LockSupport.parkNanos(Duration.ofMillis(40).toNanos());
    }
  }

  private static void visit(SSLContext context, RunningHandfast handfast, int tick) {
    try (SSLSocket socket =
        (SSLSocket) context.getSocketFactory().createSocket("localhost", handfast.channelPort())) {
      if (tick % 4 == 0) {
        socket.setEnabledProtocols(new String[] {"TLSv1.2"});
      }
      TlsClients.inspect(socket);
    } catch (IOException e) {
      // Some do not trust us, and are meant not to.
    }
  }

  private static void hello(int port, byte[] hello) throws IOException {
    try (Socket socket = new Socket("localhost", port)) {
      socket.getOutputStream().write(hello);
      socket.getInputStream().readAllBytes();
    }
  }

  private static String page(PrometheusServer prometheus, Instant from, Instant to)
      throws IOException {
    List<Map<String, Object>> panels = new ArrayList<>();
    for (Choice choice : PANELS) {
      JsonNode panel = choice.find();
      List<Map<String, Object>> series = new ArrayList<>();
      for (JsonNode target : panel.get("targets")) {
        String expression = Dashboards.expression(target, "30s");
        for (JsonNode one : prometheus.range(expression, from, to, STEP_SECONDS)) {
          series.add(
              Map.of(
                  "name",
                  name(target.path("legendFormat").asString(""), one.get("metric")),
                  "points",
                  one.get("values").valueStream().map(DashboardPicture::point).toList()));
        }
      }
      panels.add(
          Map.of(
              "title", choice.panel(),
              "type", panel.get("type").asString(),
              "unit", panel.at("/fieldConfig/defaults/unit").asString(""),
              "width", choice.width(),
              "series", series));
    }
    Map<String, Object> picture =
        Map.of(
            "title",
            "Handfast: panels of the dashboards in helm/handfast/dashboards",
            "footer",
            "Not a screenshot of Grafana: the same queries, answered by a real Prometheus about"
                + " a real Handfast with test traffic, drawn as SVG.",
            "from",
            from.getEpochSecond(),
            "to",
            to.getEpochSecond(),
            "panels",
            panels);
    try (var template = DashboardPicture.class.getResourceAsStream("/dashboards/picture.html")) {
      return new String(template.readAllBytes(), StandardCharsets.UTF_8)
          .replace("/*PICTURE*/", JSON.writeValueAsString(picture));
    }
  }

  private static List<Double> point(JsonNode value) {
    double number = Double.parseDouble(value.get(1).asString());
    return List.of(value.get(0).asDouble(), Double.isFinite(number) ? number : 0);
  }

  private static String name(String format, JsonNode labels) {
    Matcher label = LABEL.matcher(format);
    return label.replaceAll(
        found -> Matcher.quoteReplacement(labels.path(found.group(1)).asString("")));
  }

  private record Choice(String dashboard, String panel, int width) {

    JsonNode find() throws IOException {
      for (Path file : Dashboards.files().toList()) {
        JsonNode read = Dashboards.read(file);
        if (read.get("title").asString().equals("Handfast / " + dashboard)) {
          for (JsonNode one : read.get("panels")) {
            if (one.get("title").asString().equals(panel)) {
              return one;
            }
          }
        }
      }
      throw new IllegalStateException("no panel " + this);
    }
  }
}
