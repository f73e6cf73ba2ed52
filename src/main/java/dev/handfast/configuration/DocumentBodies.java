package dev.handfast.configuration;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Turns objects into bodies of a configuration document and back. Any thread, never blocks. */
@Component
public class DocumentBodies {

  private final JsonMapper json;

  DocumentBodies(JsonMapper json) {
    this.json =
        json.rebuild()
            .changeDefaultPropertyInclusion(
                inclusion -> inclusion.withValueInclusion(JsonInclude.Include.NON_NULL))
            .build();
  }

  /** The body of an object: without its name, and without what is null. */
  public ObjectNode write(Object value) {
    ObjectNode body = json.valueToTree(value);
    body.remove("name");
    return body;
  }

  /**
   * The object that a body describes.
   *
   * @throws tools.jackson.core.JacksonException if it has another form
   */
  public <T> T read(ObjectNode body, Class<T> type) {
    return json.treeToValue(body, type);
  }
}
