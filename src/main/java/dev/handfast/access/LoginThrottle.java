package dev.handfast.access;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.handfast.web.ProblemType;
import dev.handfast.web.ProblemWriter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.HexFormat;
import java.util.concurrent.atomic.AtomicInteger;
import org.springframework.http.HttpHeaders;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Refuses credentials from an address that gave wrong ones too often: guessing is slow, while other
 * addresses, the user's own among them, stay unaffected. An IPv6 address counts as its /64.
 */
class LoginThrottle extends OncePerRequestFilter {

  private static final int MAX_ADDRESSES = 100_000;

  private final Cache<String, AtomicInteger> failures;
  private final LoginProperties properties;
  private final ProblemWriter problems;

  LoginThrottle(LoginProperties properties, ProblemWriter problems) {
    this.properties = properties;
    this.problems = problems;
    this.failures =
        Caffeine.newBuilder()
            .maximumSize(MAX_ADDRESSES)
            .expireAfterWrite(properties.window())
            .build();
  }

  /** Counts wrong credentials. */
  void failed(HttpServletRequest request) {
    failures.get(source(request), address -> new AtomicInteger()).incrementAndGet();
  }

  @Override
  protected void doFilterInternal(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    if (request.getHeader(HttpHeaders.AUTHORIZATION) != null && isBlocked(request)) {
      response.setHeader(HttpHeaders.RETRY_AFTER, Long.toString(properties.window().toSeconds()));
      problems.write(
          response,
          ProblemType.TOO_MANY_ATTEMPTS.detail(
              "%d wrong credentials came from this address within %d seconds; wait, then try again."
                  .formatted(properties.maxFailures(), properties.window().toSeconds())));
      return;
    }
    chain.doFilter(request, response);
  }

  private boolean isBlocked(HttpServletRequest request) {
    AtomicInteger count = failures.getIfPresent(source(request));
    return count != null && count.get() >= properties.maxFailures();
  }

  private static String source(HttpServletRequest request) {
    InetAddress address = InetAddress.ofLiteral(request.getRemoteAddr());
    return address instanceof Inet6Address
        ? HexFormat.of().formatHex(address.getAddress(), 0, 8)
        : address.getHostAddress();
  }
}
