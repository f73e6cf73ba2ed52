package dev.handfast.renegotiation;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** Why connections are renegotiated. */
enum Trigger {
  API,
  POLICY_CHANGE,
  CERTIFICATE_ROTATION,
  REVOCATION,
  MAX_AGE,
  MAX_BYTES;

  /** The value in the API and as a metric tag. */
  @JsonValue
  String code() {
    return name().toLowerCase(Locale.ROOT);
  }
}
