package dev.handfast.container;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.json.JsonMapper;

/** The steps of the Dockerfile that concern the application, read from it. */
record Dockerfile(String text) {

  private static final Pattern LAYER = Pattern.compile("COPY --from=build /build/layers/(\\S+)/ ");
  private static final Pattern EXTRACTION =
      Pattern.compile("RUN java (-Djarmode=tools .*) --destination layers\n");
  private static final Pattern UNSIGNING = Pattern.compile("RUN java (\\S+\\.java \\S+)\n");
  private static final Pattern CONTEXT = Pattern.compile("RUN (classpath=(?:.*\\\\\n)*.*)\n");
  private static final Pattern TRAINING =
      Pattern.compile("java (-XX:AOTCacheOutput=.*?) &&", Pattern.DOTALL);
  private static final Pattern ENTRYPOINT = Pattern.compile("\nENTRYPOINT (\\[.*])");
  private static final Pattern JVM_OPTIONS = Pattern.compile("JAVA_TOOL_OPTIONS=\"(.*)\"\n");
  private static final Pattern USER = Pattern.compile("\nUSER (\\S+)");

  static Dockerfile read() throws IOException {
    return new Dockerfile(Files.readString(Path.of("Dockerfile")));
  }

  /** The arguments of {@code java} that extract the layers, without the destination. */
  List<String> extraction() {
    return List.of(only(EXTRACTION).split("\\s+"));
  }

  /**
   * The arguments of {@code java} that take the signatures out of the layers' jars; the program
   * lies below the project's directory.
   */
  List<String> unsigning() {
    return List.of(only(UNSIGNING).split(" "));
  }

  /** The shell's command that adds the prepared application context to the application's jar. */
  String context() {
    return only(CONTEXT);
  }

  /** The layers in the order in which they are copied. */
  List<String> layers() {
    return LAYER.matcher(text).results().map(layer -> layer.group(1)).toList();
  }

  /** The arguments of {@code java} that make the AOT cache. */
  List<String> training() {
    return List.of(only(TRAINING).replace("\\\n", " ").split("\\s+"));
  }

  /** What starts the container, in exec form. */
  List<String> entrypoint() {
    String[] words = JsonMapper.shared().readValue(only(ENTRYPOINT), String[].class);
    return List.of(words);
  }

  /** The value of {@code JAVA_TOOL_OPTIONS}. */
  String jvmOptions() {
    return only(JVM_OPTIONS);
  }

  String user() {
    return only(USER);
  }

  private String only(Pattern pattern) {
    Matcher matcher = pattern.matcher(text);
    assertThat(matcher.find()).as("%s in the Dockerfile", pattern).isTrue();
    return matcher.group(1);
  }
}
