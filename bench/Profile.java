import static java.util.Map.entry;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedFrame;
import jdk.jfr.consumer.RecordingFile;

/**
 * Says where the CPU time of a recording of {@code bench/run --jfr FILE} went: by thread, and on
 * the event loops by whose code it was. The first seconds, start and warm-up, are left out. What is
 * not Java, the garbage collector and the compilers, is not in a recording.
 *
 * <p>{@code java bench/Profile.java FILE SECONDS}
 */
final class Profile {

  private static final String EVENT_LOOP = "handfast-listener";

  /** Whose code a class is, by the beginning of its name; the first that fits. */
  private static final List<Map.Entry<String, String>> OWNERS =
      List.of(
          entry("io.netty.channel.epoll.Native", "system calls"),
          entry("io.netty.channel.epoll.LinuxSocket", "system calls"),
          entry("io.netty.channel.unix.", "system calls"),
          entry("com.amazon.corretto.", "primitives"),
          entry("com.sun.crypto.provider.", "primitives"),
          entry("java.math.BigInteger", "primitives"),
          entry("java.security.", "primitives"),
          entry("javax.crypto.", "primitives"),
          entry("org.bouncycastle.crypto.", "primitives"),
          entry("org.bouncycastle.math.", "primitives"),
          entry("org.conscrypt.", "primitives"),
          entry("sun.security.", "primitives"),
          entry("org.bouncycastle.", "protocol, Bouncy Castle"),
          entry("dev.handfast.engine.", "protocol, engine"),
          entry("dev.handfast.", "listener, sessions, journal"),
          entry("io.netty.", "Netty"),
          entry("io.micrometer.", "metrics"),
          entry("io.prometheus.", "metrics"));

  private final Duration warmUp;
  private final Map<String, Integer> threads = new HashMap<>();
  private final Map<String, Integer> owners = new HashMap<>();
  private final Map<String, Map<String, Integer>> methods = new HashMap<>();
  private Instant begin;
  private int samples;
  private int onEventLoops;

  private Profile(Duration warmUp) {
    this.warmUp = warmUp;
  }

  public static void main(String[] arguments) throws IOException {
    if (arguments.length != 2) {
      System.err.println(
          "Usage: java bench/Profile.java FILE SECONDS: a recording, and how much of its beginning"
              + " to leave out");
      System.exit(1);
    }
    Profile profile = new Profile(Duration.ofSeconds(Long.parseLong(arguments[1])));
    try (RecordingFile file = new RecordingFile(Path.of(arguments[0]))) {
      while (file.hasMoreEvents()) {
        RecordedEvent event = file.readEvent();
        if (event.getEventType().getName().equals("jdk.CPUTimeSample")
            && event.getStackTrace() != null) {
          profile.count(event);
        }
      }
    }
    profile.print();
  }

  private void count(RecordedEvent sample) {
    if (begin == null) {
      begin = sample.getStartTime();
    }
    if (sample.getStartTime().isBefore(begin.plus(warmUp))) {
      return;
    }
    String thread = sample.getThread("eventThread").getJavaName();
    String name =
        thread == null || thread.isEmpty() ? "virtual threads" : thread.replaceAll("-?\\d+", "");
    samples++;
    threads.merge(name, 1, Integer::sum);
    if (name.startsWith(EVENT_LOOP)) {
      List<RecordedFrame> frames = sample.getStackTrace().getFrames();
      String owner = owner(frames);
      onEventLoops++;
      owners.merge(owner, 1, Integer::sum);
      methods
          .computeIfAbsent(owner, unknown -> new HashMap<>())
          .merge(methodName(frames.getFirst()), 1, Integer::sum);
    }
  }

  /** What the JDK does for somebody is that one's. */
  private static String owner(List<RecordedFrame> frames) {
    for (RecordedFrame frame : frames) {
      String type = frame.getMethod().getType().getName();
      for (Map.Entry<String, String> owner : OWNERS) {
        if (type.startsWith(owner.getKey())) {
          return owner.getValue();
        }
      }
    }
    return "other";
  }

  private static String methodName(RecordedFrame frame) {
    String type = frame.getMethod().getType().getName();
    return type.substring(type.lastIndexOf('.') + 1) + "." + frame.getMethod().getName();
  }

  private void print() {
    System.out.printf("%d samples of CPU time%n%n| threads | share |%n|---|---|%n", samples);
    shares(threads, samples)
        .forEach((name, percent) -> System.out.printf("| %s | %d %% |%n", name, percent));
    System.out.printf("%n| on event loops | share | in |%n|---|---|---|%n");
    shares(owners, onEventLoops)
        .forEach(
            (owner, percent) ->
                System.out.printf(
                    "| %s | %d %% | %s |%n", owner, percent, topMethods(methods.get(owner))));
  }

  private String topMethods(Map<String, Integer> counts) {
    return shares(counts, onEventLoops).entrySet().stream()
        .limit(6)
        .map(method -> method.getKey() + " " + method.getValue())
        .collect(Collectors.joining(", "));
  }

  /** In percent, the largest first, without those below one. */
  private static Map<String, Integer> shares(Map<String, Integer> counts, int all) {
    Map<String, Integer> shares = new LinkedHashMap<>();
    counts.entrySet().stream()
        .sorted(Map.Entry.<String, Integer>comparingByValue().reversed())
        .map(count -> entry(count.getKey(), Math.round(100f * count.getValue() / all)))
        .filter(share -> share.getValue() > 0)
        .forEach(share -> shares.put(share.getKey(), share.getValue()));
    return shares;
  }
}
