package dev.handfast.chart;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class ChartReadmeTest {

  private static final Path DIRECTORY = Path.of("helm/handfast");
  private static final Path README = DIRECTORY.resolve("README.md");
  private static final String REGENERATE =
      "./mvnw test -Dtest=ChartReadmeTest -Dchart.readme=write";

  @Test
  void theReadmeIsWhatItsSourcesSay() throws IOException {
    String generated =
        Files.readString(DIRECTORY.resolve("README.template.md"))
            .replace("{{values}}", ValuesTable.of(values()).toMarkdown());
    if ("write".equals(System.getProperty("chart.readme"))) {
      Files.writeString(README, generated);
    }

    assertThat(Files.readString(README))
        .withFailMessage(
            "%s is not what values.yaml and README.template.md say. Regenerate it with: %s",
            README, REGENERATE)
        .isEqualTo(generated);
  }

  @Test
  void everyValueIsExplained() throws IOException {
    assertThat(ValuesTable.of(values()).rows())
        .hasSizeGreaterThan(50)
        .allSatisfy(row -> assertThat(row.description()).as(row.name()).isNotBlank());
  }

  @Test
  void theSchemaHasNoValueThatTheDefaultsLack() throws IOException {
    JsonNode schema =
        JsonMapper.shared().readTree(Files.readString(DIRECTORY.resolve("values.schema.json")));

    for (ValuesTable.Row row : ValuesTable.of(values()).rows()) {
      JsonNode node = schema;
      for (String key : row.name().split("\\.")) {
        node = node.path("properties").path(key);
      }
      assertThat(node.isMissingNode()).as(row.name()).isFalse();
    }
    assertThat(schema.path("properties").propertyNames())
        .filteredOn(name -> !name.equals("global"))
        .allSatisfy(
            name ->
                assertThat(ValuesTable.of(values()).rows())
                    .anyMatch(row -> (row.name() + ".").startsWith(name + ".")));
  }

  @Test
  void theSchemaRefusesUnknownKeysAtEveryLevel() throws IOException {
    JsonNode schema =
        JsonMapper.shared().readTree(Files.readString(DIRECTORY.resolve("values.schema.json")));

    assertThat(objects(schema).toList())
        .hasSizeGreaterThan(20)
        .allSatisfy(
            object ->
                assertThat(object.path("additionalProperties").asBoolean(true))
                    .as(object.toString())
                    .isFalse());
  }

  /** The schemas of objects whose keys are listed, at any depth. */
  private static Stream<JsonNode> objects(JsonNode schema) {
    Stream<JsonNode> within = schema.valueStream().flatMap(ChartReadmeTest::objects);
    return schema.path("properties").isObject() ? Stream.concat(Stream.of(schema), within) : within;
  }

  private static String values() throws IOException {
    return Files.readString(DIRECTORY.resolve("values.yaml"));
  }
}
