package dev.handfast.clientauth.revocation;

import java.net.URI;
import java.net.URISyntaxException;
import org.jspecify.annotations.Nullable;

/** The URLs that revocation data may be fetched from. */
public final class FetchTarget {

  private static final int MAX_LENGTH = 1000;

  private FetchTarget() {}

  /**
   * Reads a URL.
   *
   * @throws IllegalArgumentException saying what was found and expected
   */
  public static URI parse(String text) {
    if (!isFetchable(text)) {
      String shown = text.length() > 100 ? text.substring(0, 100) + "…" : text;
      throw new IllegalArgumentException(
          "'%s' (expected: an http or https URL without user, password or fragment, at most %d characters)"
              .formatted(shown, MAX_LENGTH));
    }
    return URI.create(text);
  }

  static boolean isFetchable(String text) {
    try {
      return text.length() <= MAX_LENGTH && isFetchable(new URI(text));
    } catch (URISyntaxException e) {
      return false;
    }
  }

  static boolean isFetchable(URI url) {
    return isScheme(url.getScheme())
        && url.getHost() != null
        && url.getUserInfo() == null
        && url.getFragment() == null
        && url.getPort() != 0
        && url.getPort() <= 65535
        && url.toString().length() <= MAX_LENGTH;
  }

  private static boolean isScheme(@Nullable String scheme) {
    return "http".equalsIgnoreCase(scheme) || "https".equalsIgnoreCase(scheme);
  }
}
