package dev.handfast.access;

import java.util.Collection;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.security.authentication.AuthenticationProvider;
import org.springframework.security.authentication.BadCredentialsException;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.core.Authentication;
import org.springframework.security.oauth2.jwt.BadJwtException;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.jwt.JwtDecoderInitializationException;
import org.springframework.security.oauth2.jwt.JwtException;
import org.springframework.security.oauth2.server.resource.authentication.BearerTokenAuthenticationToken;
import org.springframework.stereotype.Component;

/**
 * Checks a token of an OpenID Connect provider: its signature, issuer, audience and times, by
 * Spring Security's decoder. A valid token whose claims give no role is refused.
 */
@Component
class JwtAuthentication implements AuthenticationProvider {

  private static final int MAX_NAME = 200;

  private final ObjectProvider<JwtDecoder> decoder;
  private final JwtProperties properties;

  JwtAuthentication(ObjectProvider<JwtDecoder> decoder, JwtProperties properties) {
    this.decoder = decoder;
    this.properties = properties;
  }

  @Override
  public @Nullable Authentication authenticate(Authentication request) {
    String value = ((BearerTokenAuthenticationToken) request).getToken();
    JwtDecoder provider = decoder.getIfAvailable();
    if (provider == null || value.startsWith(ApiTokens.PREFIX)) {
      return null;
    }
    Jwt token = decode(provider, value);
    Role role =
        role(token.getClaims())
            .orElseThrow(() -> new BadCredentialsException("the token's claims give no role"));
    UsernamePasswordAuthenticationToken caller =
        UsernamePasswordAuthenticationToken.authenticated(name(token), null, role.authorities());
    caller.setDetails(request.getDetails());
    return caller;
  }

  @Override
  public boolean supports(Class<?> authentication) {
    return BearerTokenAuthenticationToken.class.isAssignableFrom(authentication);
  }

  private static Jwt decode(JwtDecoder provider, String value) {
    try {
      return provider.decode(value);
    } catch (BadJwtException e) {
      throw new BadCredentialsException("no valid token", e);
    } catch (JwtException | JwtDecoderInitializationException e) {
      // The provider's keys cannot be fetched.
      throw new CredentialsUncheckedException(e);
    }
  }

  private String name(Jwt token) {
    Object claimed = token.getClaims().get(properties.nameClaim());
    String name = claimed instanceof String text && !text.isBlank() ? text : token.getSubject();
    if (name == null || name.isBlank()) {
      throw new BadCredentialsException("the token names nobody");
    }
    return "oidc:" + (name.length() <= MAX_NAME ? name : name.substring(0, MAX_NAME));
  }

  private Optional<Role> role(Map<String, Object> claims) {
    Object value = claims;
    for (String segment : properties.claimPath()) {
      value = value instanceof Map<?, ?> object ? object.get(segment) : null;
    }
    Stream<?> values =
        value instanceof Collection<?> many ? many.stream() : Stream.ofNullable(value);
    return values
        .flatMap(claimed -> Stream.ofNullable(properties.roles().get(String.valueOf(claimed))))
        .max(Comparator.naturalOrder());
  }
}
