package dev.handfast.chart;

import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.comments.CommentLine;
import org.yaml.snakeyaml.comments.CommentType;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;

/**
 * The chart's values with their defaults and the comments above them. A map whose own keys are
 * commented is taken apart, any other value is one row.
 */
record ValuesTable(List<Row> rows) {

  private static final List<CommentLine> NO_COMMENTS = List.of();

  record Row(String name, String defaultValue, String description) {}

  static ValuesTable of(String yaml) {
    LoaderOptions options = new LoaderOptions();
    options.setProcessComments(true);
    Node root = new Yaml(options).compose(new StringReader(yaml));
    List<Row> rows = new ArrayList<>();
    collect("", (MappingNode) root, rows);
    return new ValuesTable(List.copyOf(rows));
  }

  private static void collect(String prefix, MappingNode map, List<Row> rows) {
    for (NodeTuple entry : map.getValue()) {
      String name = prefix + ((ScalarNode) entry.getKeyNode()).getValue();
      if (entry.getValueNode() instanceof MappingNode child && hasComments(child)) {
        collect(name + ".", child, rows);
      } else {
        rows.add(new Row(name, dump(entry.getValueNode()), comment(entry.getKeyNode())));
      }
    }
  }

  private static boolean hasComments(MappingNode map) {
    return map.getValue().stream()
        .anyMatch(
            entry ->
                !comment(entry.getKeyNode()).isEmpty()
                    || (entry.getValueNode() instanceof MappingNode child && hasComments(child)));
  }

  /** The lines directly above the key: an empty line ends a comment on something else. */
  private static String comment(Node key) {
    List<String> lines = new ArrayList<>();
    for (CommentLine line : Objects.requireNonNullElse(key.getBlockComments(), NO_COMMENTS)) {
      if (line.getCommentType() == CommentType.BLANK_LINE) {
        lines.clear();
      } else {
        lines.add(line.getValue().strip());
      }
    }
    return String.join(" ", lines);
  }

  private static String dump(@Nullable Node value) {
    DumperOptions options = new DumperOptions();
    options.setDefaultFlowStyle(DumperOptions.FlowStyle.FLOW);
    options.setWidth(1000);
    Object plain = new PlainConstructor().toObject(Objects.requireNonNull(value));
    return new Yaml(options).dump(plain).strip();
  }

  String toMarkdown() {
    return rows.stream()
        .map(
            row ->
                "| `%s` | `%s` | %s |"
                    .formatted(
                        row.name(), row.defaultValue(), row.description().replace("|", "\\|")))
        .collect(
            Collectors.joining("\n", "| value | default | what it does |\n|---|---|---|\n", ""));
  }

  /** Without the comments, which would be dumped too. */
  private static class PlainConstructor extends SafeConstructor {

    PlainConstructor() {
      super(new LoaderOptions());
    }

    Object toObject(Node node) {
      return constructDocument(node);
    }
  }
}
