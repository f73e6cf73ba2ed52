package dev.handfast.access;

import java.util.List;
import java.util.Map;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How the claims of an OpenID Connect provider's tokens become a role. The provider itself is named
 * by {@code spring.security.oauth2.resourceserver.jwt.issuer-uri} and {@code …audiences}.
 *
 * @param roleClaim the claim that holds a text or a list of texts; dots lead into objects: {@code
 *     realm_access.roles}
 * @param roles by the claim's value, the role it gives; unless given, the roles' own names
 * @param nameClaim the claim that names the caller in the audit log
 */
@ConfigurationProperties("handfast.jwt")
record JwtProperties(
    @DefaultValue("roles") String roleClaim,
    Map<String, Role> roles,
    @DefaultValue("sub") String nameClaim) {

  JwtProperties {
    roles =
        roles == null || roles.isEmpty()
            ? Map.of("viewer", Role.VIEWER, "operator", Role.OPERATOR, "admin", Role.ADMIN)
            : Map.copyOf(roles);
  }

  List<String> claimPath() {
    return List.of(roleClaim.split("\\.", -1));
  }
}
