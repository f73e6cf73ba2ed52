package dev.handfast.listener;

import dev.handfast.handshake.Handshake;
import dev.handfast.handshake.HandshakeStep;
import dev.handfast.handshake.Negotiated;
import java.nio.charset.StandardCharsets;
import org.springframework.web.util.HtmlUtils;

/** The caller's handshake as a page: what was agreed on, the steps, and the whole record. */
final class InspectPage {

  private InspectPage() {}

  static byte[] of(Handshake handshake, byte[] json) {
    StringBuilder page = new StringBuilder(8_192);
    page.append(
        """
        <!doctype html><html lang="en"><head><meta charset="utf-8"><title>Your handshake</title>
        <meta name="viewport" content="width=device-width, initial-scale=1"><style>
        body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}
        td,th{text-align:left;padding:.15rem 1.5rem .15rem 0;font-weight:normal}th{color:#555}
        pre{overflow:auto;background:#f4f4f4;padding:1rem}td.n{text-align:right}
        </style></head><body><h1>Your handshake with Handfast</h1>
        """);
    Negotiated negotiated = handshake.negotiated();
    if (negotiated != null) {
      page.append("<table>");
      row(page, "Protocol", negotiated.protocol().label());
      row(page, "Cipher suite", negotiated.cipherSuite());
      row(page, "Group", String.valueOf(negotiated.group()));
      row(page, "Certificate", String.valueOf(negotiated.certificate()));
      row(page, "Resumed", negotiated.resumed() ? "yes" : "no");
      row(page, "Duration", handshake.duration().toNanos() / 1_000 + " µs");
      page.append("</table>");
    }
    page.append("<h2>Steps</h2><table><tr><th>at</th><th>step</th><th>what</th></tr>");
    for (HandshakeStep step : handshake.steps()) {
      page.append("<tr><td class=\"n\">")
          .append(step.atMicros())
          .append(" µs</td><td class=\"n\">")
          .append(step.step().articleStep())
          .append("</td><td>")
          .append(step.step().code())
          .append("</td></tr>");
    }
    page.append("</table><h2>Record</h2><pre>")
        .append(HtmlUtils.htmlEscape(new String(json, StandardCharsets.UTF_8), "UTF-8"))
        .append("</pre></body></html>\n");
    return page.toString().getBytes(StandardCharsets.UTF_8);
  }

  private static void row(StringBuilder page, String name, String value) {
    page.append("<tr><th>")
        .append(name)
        .append("</th><td>")
        .append(HtmlUtils.htmlEscape(value, "UTF-8"))
        .append("</td></tr>");
  }
}
