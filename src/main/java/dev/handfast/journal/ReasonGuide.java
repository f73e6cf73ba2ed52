package dev.handfast.journal;

import dev.handfast.handshake.Reason;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/**
 * What {@code docs/reasons.md} says about each reason; the page is part of the application, so that
 * what is linked is always there and fits the version. Immutable, any thread.
 */
final class ReasonGuide {

  private static final String PAGE = "reasons.md";
  private static final String ADVICE = "**What to do.**";

  private final Map<Reason, Entry> entries;

  private ReasonGuide(Map<Reason, Entry> entries) {
    this.entries = entries;
  }

  /** Where the API explains a reason. */
  static String pathOf(Reason reason) {
    return "/api/v1/reasons/" + reason.code();
  }

  Entry entry(Reason reason) {
    return Objects.requireNonNull(entries.get(reason));
  }

  /**
   * Reads the page.
   *
   * @throws IllegalStateException if a reason is missing or a heading is no reason
   */
  static ReasonGuide load() {
    try (InputStream page = ReasonGuide.class.getResourceAsStream(PAGE)) {
      if (page == null) {
        throw new IllegalStateException("resource " + PAGE + " is missing");
      }
      return parse(new String(page.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static ReasonGuide parse(String page) {
    Map<String, String> sections = new HashMap<>();
    for (String section : page.split("(?m)^## ")) {
      int end = section.indexOf('\n');
      if (!section.startsWith("# ") && end > 0) {
        sections.put(section.substring(0, end).strip(), section.substring(end).strip());
      }
    }
    Map<Reason, Entry> entries = new EnumMap<>(Reason.class);
    for (Reason reason : Reason.values()) {
      String section = sections.remove(reason.code());
      if (section == null) {
        throw new IllegalStateException(PAGE + ": no heading '## " + reason.code() + "'");
      }
      entries.put(reason, parse(reason, section));
    }
    if (!sections.isEmpty()) {
      throw new IllegalStateException(PAGE + ": no such reasons: " + sections.keySet());
    }
    return new ReasonGuide(entries);
  }

  private static Entry parse(Reason reason, String section) {
    int headEnd = section.indexOf("\n\n");
    int advice = section.indexOf(ADVICE);
    if (headEnd < 0 || advice < headEnd) {
      throw new IllegalStateException(
          "%s: '%s' needs its fault, its meaning and '%s'".formatted(PAGE, reason.code(), ADVICE));
    }
    return new Entry(
        oneLine(section.substring(0, headEnd)).replaceAll("^\\*|\\*$", ""),
        oneLine(section.substring(headEnd, advice)),
        oneLine(section.substring(advice + ADVICE.length())));
  }

  private static String oneLine(String text) {
    return text.strip().replaceAll("\\s+", " ");
  }

  /**
   * A reason's section.
   *
   * @param head fault and alert in words
   */
  record Entry(String head, String meaning, String whatToDo) {}
}
