package dev.handfast.audit;

import com.fasterxml.jackson.annotation.JsonProperty;

/** How an attempt ended. */
enum Outcome {
  /** It was done. */
  @JsonProperty("success")
  SUCCESS,
  /** The caller was not allowed to, or not known: HTTP 401 or 403. */
  @JsonProperty("denied")
  DENIED,
  /** The request was wrong, or in conflict with what is there: any other 4xx. */
  @JsonProperty("refused")
  REFUSED,
  /** Handfast failed: 5xx. */
  @JsonProperty("failed")
  FAILED;

  static Outcome ofStatus(int status) {
    if (status >= 500) {
      return FAILED;
    }
    return status == 401 || status == 403 ? DENIED : REFUSED;
  }
}
