package dev.handfast.configuration;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.stream.Collectors;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.yaml.YAMLMapper;
import tools.jackson.dataformat.yaml.YAMLWriteFeature;

/**
 * All configuration as one document: per kind of object a list of the bodies that REST takes, each
 * with its name. Kinds that are left out are not spoken of.
 *
 * @param sections by type, in the order of reference; within, by name in the document's order
 */
record ConfigurationDocument(Map<ResourceType, Map<String, ObjectNode>> sections) {

  private static final int MAX_LENGTH = 4 << 20;
  private static final String NAME = "name";

  /** JSON is YAML too; duplicate keys and a second document are refused. */
  private static final YAMLMapper YAML =
      YAMLMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .disable(YAMLWriteFeature.WRITE_DOC_START_MARKER)
          .enable(YAMLWriteFeature.LITERAL_BLOCK_STYLE)
          .enable(YAMLWriteFeature.MINIMIZE_QUOTES)
          .build();

  private static final JsonMapper JSON = new JsonMapper();

  /**
   * Reads a document in JSON or YAML.
   *
   * @throws InvalidConfigurationException if it has another form
   */
  static ConfigurationDocument parse(String text) {
    if (text.length() > MAX_LENGTH) {
      throw new InvalidConfigurationException(
          "body", "%d characters (expected: at most %d)".formatted(text.length(), MAX_LENGTH));
    }
    JsonNode root;
    try {
      root = YAML.readTree(text);
    } catch (JacksonException e) {
      throw new InvalidConfigurationException(JsonViolations.of(e));
    }
    if (root.isMissingNode() || root.isNull()) {
      // A file cut off on its way must not count as one that says there is nothing.
      throw new InvalidConfigurationException(
          "body", "is empty (expected: an object; {} where nothing is to be said)");
    }
    if (!(root instanceof ObjectNode object)) {
      throw new InvalidConfigurationException("body", "wrong type (expected: an object)");
    }
    return read(object);
  }

  private static ConfigurationDocument read(ObjectNode root) {
    Violations violations = new Violations();
    Map<ResourceType, Map<String, ObjectNode>> sections = new LinkedHashMap<>();
    root.properties()
        .forEach(
            entry -> {
              Optional<ResourceType> type = ResourceType.ofDocumentKey(entry.getKey());
              if (type.isEmpty()) {
                violations.reject(
                    entry.getKey(),
                    "unknown field (expected: %s)"
                        .formatted(
                            Arrays.stream(ResourceType.values())
                                .map(ResourceType::documentKey)
                                .collect(Collectors.joining(", "))));
              } else {
                sections.put(type.get(), section(type.get(), entry.getValue(), violations));
              }
            });
    violations.throwIfAny();
    return new ConfigurationDocument(sections);
  }

  private static Map<String, ObjectNode> section(
      ResourceType type, JsonNode value, Violations violations) {
    Map<String, ObjectNode> section = new LinkedHashMap<>();
    if (value.isNull()) {
      return section;
    }
    if (!(value instanceof ArrayNode items)) {
      violations.reject(type.documentKey(), "wrong type (expected: a list)");
      return section;
    }
    for (int i = 0; i < items.size(); i++) {
      String field = type.documentKey() + "[" + i + "]";
      if (!(items.get(i) instanceof ObjectNode body)) {
        violations.reject(field, "wrong type (expected: an object)");
        continue;
      }
      JsonNode name = body.path(NAME);
      int before = violations.found().size();
      ResourceName.check(violations, field + "." + NAME, name.isString() ? name.asString() : null);
      if (violations.found().size() == before) {
        ObjectNode unnamed = body.deepCopy();
        unnamed.remove(NAME);
        violations.require(
            section.put(name.asString(), unnamed) == null,
            field + "." + NAME,
            "'%s' is there twice".formatted(name.asString()));
      }
    }
    return section;
  }

  /** The document that says what is configured now. */
  static ObjectNode of(Map<ResourceType, SortedMap<String, ObjectNode>> configured) {
    ObjectNode root = JsonNodeFactory.instance.objectNode();
    configured.forEach(
        (type, section) -> {
          ArrayNode items = root.putArray(type.documentKey());
          section.forEach(
              (name, body) -> {
                ObjectNode item = items.addObject();
                item.put(NAME, name);
                item.setAll(body);
              });
        });
    return root;
  }

  static String toJson(ObjectNode document) {
    return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(document);
  }

  static String toYaml(ObjectNode document) {
    return YAML.writeValueAsString(document);
  }
}
