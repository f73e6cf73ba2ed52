package dev.handfast.access;

import org.springframework.dao.DataAccessException;
import org.springframework.security.authentication.AuthenticationProvider;
import org.springframework.security.authentication.BadCredentialsException;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.core.Authentication;
import org.springframework.security.web.authentication.preauth.PreAuthenticatedAuthenticationToken;
import org.springframework.stereotype.Component;
import org.springframework.transaction.TransactionException;

/**
 * Takes a client certificate that the management port's TLS has verified ({@code
 * server.ssl.client-auth}) for the local user whose name is its subject's common name.
 */
@Component
class ClientCertificateAuthentication implements AuthenticationProvider {

  private final Users users;

  ClientCertificateAuthentication(Users users) {
    this.users = users;
  }

  @Override
  public Authentication authenticate(Authentication request) {
    UserAccount account;
    try {
      account =
          users
              .find(request.getName())
              .filter(UserAccount::enabled)
              .orElseThrow(() -> new BadCredentialsException("no user has this common name"));
    } catch (DataAccessException | TransactionException e) {
      throw new CredentialsUncheckedException(e);
    }
    UsernamePasswordAuthenticationToken caller =
        UsernamePasswordAuthenticationToken.authenticated(
            account.name(), null, account.role().authorities());
    caller.setDetails(request.getDetails());
    return caller;
  }

  @Override
  public boolean supports(Class<?> authentication) {
    return PreAuthenticatedAuthenticationToken.class.isAssignableFrom(authentication);
  }
}
