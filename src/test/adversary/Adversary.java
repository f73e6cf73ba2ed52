import java.security.Security;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.bouncycastle.jce.provider.BouncyCastleProvider;

/**
 * Attacks with TLS-Attacker, in a process of its own because it brings another Bouncy Castle. Run
 * as a source file with the port of a listener with the profile {@code old} and an RSA certificate.
 * Prints a line per attack: its name, the alerts received, how the socket ended, and what else the
 * answer showed. The name is also the server name of the ClientHello, by which the handshake's
 * record is found. {@code AdversaryIT} judges.
 */
public final class Adversary {

  /** Most of their time they wait for what else the server may say. */
  private static final int AT_ONCE = 48;

  private Adversary() {}

  public static void main(String[] arguments) throws Exception {
    Security.addProvider(new BouncyCastleProvider());
    Attacks attacks = new Attacks(Integer.parseInt(arguments[0]));
    String prefix = arguments.length > 1 ? arguments[1] : "";
    OutOfPlace.addTo(attacks);
    Malformed.addTo(attacks);
    Oracles.addTo(attacks);
    InvalidPoints.addTo(attacks);
    Downgrades.addTo(attacks);
    boolean complete = true;
    try (ExecutorService threads = Executors.newFixedThreadPool(AT_ONCE)) {
      Map<String, Future<String>> running = new LinkedHashMap<>();
      attacks
          .byName()
          .forEach(
              (name, attack) -> {
                if (name.startsWith(prefix)) {
                  running.put(name, threads.submit(attack));
                }
              });
      for (Map.Entry<String, Future<String>> one : running.entrySet()) {
        try {
          System.out.println("RESULT " + one.getKey() + " " + one.getValue().get());
        } catch (ExecutionException e) {
          complete = false;
          System.out.println("FAILED " + one.getKey());
          e.getCause().printStackTrace(System.out);
        }
      }
    }
    System.exit(complete ? 0 : 1);
  }
}
