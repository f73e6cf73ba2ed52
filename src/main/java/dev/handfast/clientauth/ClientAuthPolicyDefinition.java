package dev.handfast.clientauth;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A client-auth policy as an administrator writes it: the JSON body of the API, and the document
 * that is stored. Not checked yet: {@link ClientAuthDecisions#of} and the API do that.
 *
 * @param mode {@code none}, {@code request} or {@code require}
 * @param trustBundle the bundle's name; needed unless the mode is {@code none}
 * @param defaultEffect {@code allow} or {@code deny} when no rule matches; {@code deny} unless
 *     given
 * @param rules in order: the first that matches decides
 * @param reauthenticateAfter an ISO-8601 duration, or null: never
 * @param enforcement {@code enforce} (unless given) or {@code shadow}: decide and record only
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ClientAuthPolicyDefinition(
    @Nullable String name,
    @Nullable String mode,
    @Nullable String trustBundle,
    @Nullable String defaultEffect,
    @Nullable List<@Nullable Rule> rules,
    @Nullable String reauthenticateAfter,
    @Nullable String enforcement) {

  /**
   * A rule. It matches when each of its fields that is given matches; a list matches when one of
   * its patterns does. A {@code *} stands for at least one character, and never for a dot between
   * labels or a slash between path segments.
   *
   * @param effect {@code allow} or {@code deny}
   * @param description free text for the reader of the policy
   * @param subject attributes that the subject must have: {@code CN=*,O=Example}
   * @param sanDns patterns such as {@code *.x.example}
   * @param sanUri patterns such as {@code spiffe://x.example/ns/*}
   * @param sanEmail patterns such as {@code *@x.example}
   * @param issuer attributes that the issuer must have
   * @param fingerprintSha256 SHA-256 of the certificate in hex, colons allowed
   * @param serialNumber in hex as OpenSSL prints it, colons allowed
   * @param serverName patterns for the ClientHello's server name
   * @param path patterns for the HTTP request's path, such as {@code /admin/**}
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Rule(
      @Nullable String effect,
      @Nullable String description,
      @Nullable String subject,
      @Nullable List<@Nullable String> sanDns,
      @Nullable List<@Nullable String> sanUri,
      @Nullable List<@Nullable String> sanEmail,
      @Nullable String issuer,
      @Nullable List<@Nullable String> fingerprintSha256,
      @Nullable List<@Nullable String> serialNumber,
      @Nullable List<@Nullable String> serverName,
      @Nullable List<@Nullable String> path) {}
}
