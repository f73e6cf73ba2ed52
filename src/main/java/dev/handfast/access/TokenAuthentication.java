package dev.handfast.access;

import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessException;
import org.springframework.security.authentication.AuthenticationProvider;
import org.springframework.security.authentication.BadCredentialsException;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.core.Authentication;
import org.springframework.security.oauth2.server.resource.authentication.BearerTokenAuthenticationToken;
import org.springframework.stereotype.Component;
import org.springframework.transaction.TransactionException;

/** Checks an API token. The caller's name is then {@code token:<name>}. */
@Component
class TokenAuthentication implements AuthenticationProvider {

  private final ApiTokens tokens;

  TokenAuthentication(ApiTokens tokens) {
    this.tokens = tokens;
  }

  @Override
  public @Nullable Authentication authenticate(Authentication request) {
    String value = ((BearerTokenAuthenticationToken) request).getToken();
    if (!value.startsWith(ApiTokens.PREFIX)) {
      // Another provider may know it; if none does, it is refused.
      return null;
    }
    ApiTokens.ApiToken token = find(value);
    UsernamePasswordAuthenticationToken caller =
        UsernamePasswordAuthenticationToken.authenticated(
            "token:" + token.name(), null, token.role().authorities());
    caller.setDetails(request.getDetails());
    return caller;
  }

  @Override
  public boolean supports(Class<?> authentication) {
    return BearerTokenAuthenticationToken.class.isAssignableFrom(authentication);
  }

  private ApiTokens.ApiToken find(String value) {
    try {
      return tokens
          .authenticate(value)
          .orElseThrow(() -> new BadCredentialsException("unknown, expired or revoked token"));
    } catch (DataAccessException | TransactionException e) {
      throw new CredentialsUncheckedException(e);
    }
  }
}
