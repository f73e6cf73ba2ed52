package dev.handfast.access;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.springframework.security.core.GrantedAuthority;
import org.springframework.security.core.authority.SimpleGrantedAuthority;

/** What a caller may do; each role includes those before it. */
public enum Role {
  /** Reads, and asks questions that change nothing. */
  @JsonProperty("viewer")
  VIEWER,
  /** Also acts on live connections and sessions. */
  @JsonProperty("operator")
  OPERATOR,
  /** Also changes configuration, users and tokens. */
  @JsonProperty("admin")
  ADMIN;

  /** The name in the API: {@code viewer}. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The role with this name in the API, or empty. */
  public static Optional<Role> ofText(String text) {
    return Arrays.stream(values()).filter(role -> role.text().equals(text)).findFirst();
  }

  /** This role and those it includes, as Spring Security knows them. */
  List<GrantedAuthority> authorities() {
    return Arrays.stream(values())
        .filter(role -> role.compareTo(this) <= 0)
        .<GrantedAuthority>map(role -> new SimpleGrantedAuthority("ROLE_" + role.name()))
        .toList();
  }
}
