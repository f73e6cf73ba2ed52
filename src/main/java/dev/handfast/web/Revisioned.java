package dev.handfast.web;

import dev.handfast.configuration.InvalidConfigurationException;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;

/** Revisions as HTTP carries them: ETag and If-Match (RFC 9110 sections 8.8.3 and 13.1.1). */
public final class Revisioned {

  private Revisioned() {}

  /** 200 with the revision as ETag. */
  public static <T> ResponseEntity<T> ok(long revision, T body) {
    return ResponseEntity.ok().eTag(eTag(revision)).body(body);
  }

  /** 201 with the revision as ETag. */
  public static <T> ResponseEntity<T> created(long revision, T body) {
    return ResponseEntity.status(201).eTag(eTag(revision)).body(body);
  }

  /**
   * The revision of an If-Match header; empty if there is none, or for {@code *}.
   *
   * @throws InvalidConfigurationException if it is no ETag of ours
   */
  public static OptionalLong ifMatch(@Nullable String header) {
    if (header == null || header.strip().equals("*")) {
      return OptionalLong.empty();
    }
    try {
      return OptionalLong.of(Long.parseLong(header.strip().replace("\"", "")));
    } catch (NumberFormatException e) {
      throw new InvalidConfigurationException(
          "If-Match", "%s (expected: an ETag such as \"3\")".formatted(header));
    }
  }

  private static String eTag(long revision) {
    return "\"" + revision + "\"";
  }
}
