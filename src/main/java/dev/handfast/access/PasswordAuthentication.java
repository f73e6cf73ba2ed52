package dev.handfast.access;

import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessException;
import org.springframework.security.authentication.AuthenticationProvider;
import org.springframework.security.authentication.BadCredentialsException;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.core.Authentication;
import org.springframework.stereotype.Component;
import org.springframework.transaction.TransactionException;

/** Checks a user name and a password. Whether a user exists shows neither in words nor in time. */
@Component
class PasswordAuthentication implements AuthenticationProvider {

  private final Users users;
  private final Passwords passwords;

  PasswordAuthentication(Users users, Passwords passwords) {
    this.users = users;
    this.passwords = passwords;
  }

  @Override
  public Authentication authenticate(Authentication request) {
    UserAccount account = find(request.getName());
    boolean right =
        passwords.matches(
            String.valueOf(request.getCredentials()),
            account == null ? null : account.passwordHash());
    if (account == null || !right || !account.enabled()) {
      throw new BadCredentialsException("bad credentials");
    }
    UsernamePasswordAuthenticationToken caller =
        UsernamePasswordAuthenticationToken.authenticated(
            account.name(), null, account.role().authorities());
    caller.setDetails(request.getDetails());
    return caller;
  }

  @Override
  public boolean supports(Class<?> authentication) {
    return UsernamePasswordAuthenticationToken.class.isAssignableFrom(authentication);
  }

  private @Nullable UserAccount find(String name) {
    try {
      return users.find(name).orElse(null);
    } catch (DataAccessException | TransactionException e) {
      throw new CredentialsUncheckedException(e);
    }
  }
}
