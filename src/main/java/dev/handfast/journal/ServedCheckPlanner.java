package dev.handfast.journal;

import dev.handfast.certificate.Certificates;
import dev.handfast.configuration.StoredObject;
import dev.handfast.handshake.Credential;
import dev.handfast.handshake.TlsProfile;
import dev.handfast.listener.ListenerSettings;
import dev.handfast.listener.Listeners;
import dev.handfast.profile.TlsProfiles;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Finds which listeners of this instance serve a certificate, and to clients of which server names.
 * Blocks (database).
 */
@Component
class ServedCheckPlanner {

  /** Routes of one listener share its snapshot: more of them would show nothing new. */
  private static final int MOST_NAMES = 20;

  private static final String ANY_LABEL = "handfast-check";

  private final Listeners listeners;
  private final Certificates certificates;
  private final TlsProfiles profiles;

  ServedCheckPlanner(Listeners listeners, Certificates certificates, TlsProfiles profiles) {
    this.listeners = listeners;
    this.certificates = certificates;
    this.profiles = profiles;
  }

  /** The certificates that some listener serves. */
  Set<String> certificatesInUse() {
    Set<String> names = new HashSet<>();
    for (StoredObject<ListenerSettings> listener : listeners.findAll()) {
      names.addAll(listener.value().certificates());
      listener.value().routes().forEach(route -> names.addAll(route.certificates()));
    }
    return names;
  }

  /** Everything to ask about a certificate; empty if no running listener serves it. */
  List<ServedCheck> plan(String certificate) {
    List<ServedCheck> checks = new ArrayList<>();
    Optional<Credential> expected = certificates.current(certificate);
    for (StoredObject<ListenerSettings> listener : listeners.findAll()) {
      Integer port = listeners.status(listener.name()).boundPort();
      Optional<TlsProfile> profile = profiles.find(listener.value().tlsProfile());
      if (port != null && profile.isPresent() && expected.isPresent()) {
        InetSocketAddress address = address(listener.value(), port);
        for (Target target : targets(listener.value(), certificate)) {
          List<Credential> beside = beside(target.certificates(), certificate);
          checks.add(
              new ServedCheck(
                  listener.name(),
                  address,
                  target.serverName(),
                  expected.get(),
                  beside,
                  beside.isEmpty()
                      ? profile.get()
                      : profile.get().limitedTo(expected.get().chain().getFirst()),
                  listener.value().proxyProtocol().accept()));
        }
      }
    }
    return checks;
  }

  /** The server names whose clients should see the certificate. */
  private static List<Target> targets(ListenerSettings settings, String certificate) {
    List<Target> targets = new ArrayList<>();
    if (settings.certificates().contains(certificate)) {
      targets.add(new Target(null, settings.certificates()));
    }
    for (ListenerSettings.Route route : settings.routes()) {
      List<String> served =
          route.certificates().isEmpty() ? settings.certificates() : route.certificates();
      if (served.contains(certificate)) {
        targets.add(new Target(route.serverName().replace("*", ANY_LABEL), served));
      }
    }
    return targets.subList(0, Math.min(MOST_NAMES, targets.size()));
  }

  private List<Credential> beside(List<String> names, String certificate) {
    return names.stream()
        .filter(name -> !name.equals(certificate))
        .flatMap(name -> certificates.current(name).stream())
        .toList();
  }

  /** Where a listener on all addresses is reached from here. */
  private static InetSocketAddress address(ListenerSettings settings, int port) {
    InetAddress address = InetAddress.ofLiteral(settings.address());
    return new InetSocketAddress(
        address.isAnyLocalAddress() ? InetAddress.getLoopbackAddress() : address, port);
  }

  private record Target(@Nullable String serverName, List<String> certificates) {}
}
