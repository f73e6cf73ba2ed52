package dev.handfast.clientauth;

import dev.handfast.clientauth.revocation.CrlRefresh;
import dev.handfast.clientauth.revocation.CrlStatus;
import dev.handfast.configuration.StoredObject;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/** The fetched CRLs of trust bundles, as an administrator meets them. */
@Component
class BundleCrls {

  private static final Logger LOG = LoggerFactory.getLogger(BundleCrls.class);

  /** An answer to a change waits this long for its CRLs, so that they are usually in force. */
  private static final Duration FIRST_FETCH = Duration.ofSeconds(5);

  private final ClientAuthSnapshot snapshot;
  private final CrlRefresh crls;

  BundleCrls(ClientAuthSnapshot snapshot, CrlRefresh crls) {
    this.snapshot = snapshot;
    this.crls = crls;
  }

  /** The state of each CRL of a bundle in force. Never blocks. */
  List<CrlStatus> statusOf(String bundle) {
    return snapshot
        .bundle(bundle)
        .map(inForce -> crls.statusOf(bundle, inForce.revocation().crls()))
        .orElse(List.of());
  }

  /** Fetches the CRLs of a bundle that was just stored, and waits for them for a while. */
  void fetch(StoredObject<TrustBundleDefinition> stored) {
    if (stored.value().crlUrls() == null || stored.value().crlUrls().isEmpty()) {
      return;
    }
    try {
      crls.refresh().orTimeout(FIRST_FETCH.toMillis(), TimeUnit.MILLISECONDS).join();
    } catch (RuntimeException e) {
      LOG.info("CRLs of trust bundle {} are still being fetched", stored.name());
    }
  }
}
