package dev.handfast.journal;

import dev.handfast.configuration.InvalidConfigurationException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What handshakes can be grouped by. By reason, completed ones do not count. */
enum Dimension {
  REASON("reason"),
  PROTOCOL("protocol"),
  CIPHER_SUITE("cipherSuite"),
  LISTENER("listener"),
  SERVER_NAME("serverName"),
  KIND("kind");

  private final String parameter;

  Dimension(String parameter) {
    this.parameter = parameter;
  }

  /** The value of {@code groupBy}. */
  String parameter() {
    return parameter;
  }

  /** The column of records, and the code in counts. */
  String column() {
    return name().toLowerCase(Locale.ROOT);
  }

  @Nullable String valueOf(HandshakeCounts.Key key) {
    return switch (this) {
      case REASON -> key.reason() == null ? null : key.reason().code();
      case PROTOCOL -> key.protocol() == null ? null : key.protocol().label();
      case CIPHER_SUITE -> key.cipherSuite();
      case LISTENER -> key.listener();
      case SERVER_NAME -> key.serverName();
      case KIND -> key.kind().code();
    };
  }

  /**
   * The dimension of a query.
   *
   * @throws InvalidConfigurationException if there is none of this name
   */
  static Dimension of(String parameter) {
    for (Dimension dimension : values()) {
      if (dimension.parameter.equals(parameter)) {
        return dimension;
      }
    }
    List<String> expected = Arrays.stream(values()).map(Dimension::parameter).toList();
    throw new InvalidConfigurationException(
        "groupBy", "%s (expected: %s)".formatted(parameter, String.join(", ", expected)));
  }
}
