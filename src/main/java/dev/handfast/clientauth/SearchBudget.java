package dev.handfast.clientauth;

import java.security.cert.CertPathValidatorException;
import java.security.cert.Certificate;
import java.security.cert.PKIXCertPathChecker;
import java.util.Collection;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Bounds the search for a path: a client may send certificates that all could have issued each
 * other, and the ways through them grow with the factorial of their number. The builder asks
 * checkers that support forward checking before it verifies a signature.
 */
final class SearchBudget extends PKIXCertPathChecker {

  private static final int STEPS = 100;

  /** Shared by the clones that the builder makes for each branch. */
  private final int[] steps = new int[1];

  boolean exhausted() {
    return steps[0] > STEPS;
  }

  @Override
  public void init(boolean forward) {
    // The budget is for the whole search.
  }

  @Override
  public boolean isForwardCheckingSupported() {
    return true;
  }

  @Override
  public @Nullable Set<String> getSupportedExtensions() {
    return null;
  }

  @Override
  public void check(Certificate certificate, Collection<String> unresolvedCritExts)
      throws CertPathValidatorException {
    steps[0]++;
    if (exhausted()) {
      throw new CertPathValidatorException(
          "the search for a path was ended after %d steps".formatted(STEPS));
    }
  }
}
