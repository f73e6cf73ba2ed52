package dev.handfast.access;

import jakarta.servlet.http.HttpServletRequest;
import java.net.URI;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.security.web.util.matcher.RequestMatcher;

/**
 * Matches changes that another web site's page asks a browser for. Browsers send HTTP Basic
 * credentials by themselves, so these are refused; programs send neither header and pass. Fetch
 * Metadata first, Origin for older browsers, as in Go's http.CrossOriginProtection.
 */
class CrossOriginProtection implements RequestMatcher {

  private static final Set<String> SAFE_METHODS = Set.of("GET", "HEAD", "OPTIONS");
  private static final Set<String> OWN_SITES = Set.of("same-origin", "none");

  @Override
  public boolean matches(HttpServletRequest request) {
    if (SAFE_METHODS.contains(request.getMethod())) {
      return false;
    }
    String site = request.getHeader("Sec-Fetch-Site");
    if (site != null) {
      return !OWN_SITES.contains(site);
    }
    String origin = request.getHeader(HttpHeaders.ORIGIN);
    return origin != null && !sameHost(origin, request.getHeader(HttpHeaders.HOST));
  }

  private static boolean sameHost(String origin, @Nullable String host) {
    try {
      return host != null && host.equalsIgnoreCase(URI.create(origin).getAuthority());
    } catch (IllegalArgumentException e) {
      return false;
    }
  }
}
