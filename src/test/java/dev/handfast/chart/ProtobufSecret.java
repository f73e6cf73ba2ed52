package dev.handfast.chart;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads a Secret in Kubernetes' protobuf encoding, the only one in which Helm stores its releases:
 * the magic number, an envelope ({@code runtime.Unknown}) and in it the message {@code v1.Secret}.
 */
class ProtobufSecret {

  static final String CONTENT_TYPE = "application/vnd.kubernetes.protobuf";

  private static final int MAGIC_LENGTH = 4;

  private ProtobufSecret() {}

  static ObjectNode toJson(byte[] encoded) {
    ByteBuffer message = ByteBuffer.wrap(encoded).position(MAGIC_LENGTH).slice();
    Message secret = Message.read(Message.read(message).only(2));
    Message metadata = Message.read(secret.only(1));
    Map<String, String> data = new HashMap<>();
    secret.entries(2).forEach((key, value) -> data.put(key, base64(value)));
    Map<String, String> labels = new HashMap<>();
    metadata.entries(11).forEach((key, value) -> labels.put(key, text(value)));
    return JsonMapper.shared()
        .valueToTree(
            Map.of(
                "apiVersion",
                "v1",
                "kind",
                "Secret",
                "metadata",
                Map.of("name", text(metadata.only(1)), "labels", labels),
                "type",
                text(secret.only(3)),
                "data",
                data));
  }

  private static String text(ByteBuffer bytes) {
    return StandardCharsets.UTF_8.decode(bytes.duplicate()).toString();
  }

  private static String base64(ByteBuffer bytes) {
    ByteBuffer encoded = Base64.getEncoder().encode(bytes.duplicate());
    return StandardCharsets.US_ASCII.decode(encoded).toString();
  }

  /** The length-delimited fields of a message; Secrets have no others that matter here. */
  private record Message(List<Field> fields) {

    static Message read(ByteBuffer bytes) {
      ByteBuffer rest = bytes.duplicate();
      Stream.Builder<Field> fields = Stream.builder();
      while (rest.hasRemaining()) {
        long tag = varint(rest);
        switch ((int) (tag & 7)) {
          case 0 -> varint(rest);
          case 2 -> {
            int length = (int) varint(rest);
            fields.add(new Field((int) (tag >>> 3), rest.slice(rest.position(), length)));
            rest.position(rest.position() + length);
          }
          default -> throw new IllegalArgumentException("wire type of tag " + tag);
        }
      }
      return new Message(fields.build().toList());
    }

    ByteBuffer only(int number) {
      return all(number).findFirst().orElseThrow();
    }

    Map<String, ByteBuffer> entries(int number) {
      Map<String, ByteBuffer> entries = new HashMap<>();
      all(number)
          .map(Message::read)
          .forEach(entry -> entries.put(text(entry.only(1)), entry.only(2)));
      return entries;
    }

    private Stream<ByteBuffer> all(int number) {
      return fields.stream().filter(field -> field.number() == number).map(Field::bytes);
    }

    private static long varint(ByteBuffer bytes) {
      long value = 0;
      for (int shift = 0; ; shift += 7) {
        byte next = bytes.get();
        value |= (long) (next & 0x7f) << shift;
        if (next >= 0) {
          return value;
        }
      }
    }
  }

  private record Field(int number, ByteBuffer bytes) {}
}
