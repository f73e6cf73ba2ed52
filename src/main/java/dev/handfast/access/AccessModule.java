package dev.handfast.access;

import static dev.handfast.access.Role.ADMIN;
import static dev.handfast.access.Role.OPERATOR;
import static dev.handfast.access.Role.VIEWER;

import dev.handfast.web.ProblemWriter;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.http.HttpMethod;
import org.springframework.security.authentication.AuthenticationManager;
import org.springframework.security.authentication.ProviderManager;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configurers.AbstractHttpConfigurer;
import org.springframework.security.config.annotation.web.configurers.AuthorizeHttpRequestsConfigurer;
import org.springframework.security.config.http.SessionCreationPolicy;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.access.intercept.AuthorizationFilter;
import org.springframework.security.web.authentication.preauth.x509.SubjectX500PrincipalExtractor;
import org.springframework.security.web.header.HeaderWriterFilter;
import org.springframework.security.web.header.writers.ReferrerPolicyHeaderWriter.ReferrerPolicy;

/** Who may call what. Everything that is not named here is for administrators. */
@Configuration(proxyBeanMethods = false)
@Import(ManagementTls.IfNamed.class)
class AccessModule {

  private static final String CONTENT_SECURITY_POLICY =
      "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; "
          + "base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'";

  @Bean
  AuthenticationManager authenticationManager(
      PasswordAuthentication passwords,
      TokenAuthentication tokens,
      JwtAuthentication jwt,
      ClientCertificateAuthentication certificates) {
    return new ProviderManager(passwords, tokens, jwt, certificates);
  }

  @Bean
  LoginThrottle loginThrottle(LoginProperties properties, ProblemWriter problems) {
    return new LoginThrottle(properties, problems);
  }

  /** It belongs to the security filter chain alone. */
  @Bean
  FilterRegistrationBean<LoginThrottle> loginThrottleOutsideOfTheChain(LoginThrottle throttle) {
    FilterRegistrationBean<LoginThrottle> registration = new FilterRegistrationBean<>(throttle);
    registration.setEnabled(false);
    return registration;
  }

  @Bean
  SecurityFilterChain managementAccess(
      HttpSecurity http,
      AuthenticationManager authentication,
      ProblemWriter problems,
      LoginThrottle throttle,
      Users users,
      ApplicationEventPublisher events) {
    AccessRefusals refusals = new AccessRefusals(problems, throttle, users, events);
    CrossOriginProtection crossOrigin = new CrossOriginProtection();
    return http.authorizeHttpRequests(
            rules -> {
              rules.requestMatchers(crossOrigin).denyAll();
              authorize(rules);
            })
        .authenticationManager(authentication)
        .httpBasic(basic -> basic.authenticationEntryPoint(refusals))
        .oauth2ResourceServer(
            bearer ->
                bearer
                    .authenticationManagerResolver(request -> authentication)
                    .authenticationEntryPoint(refusals)
                    .accessDeniedHandler(refusals))
        .x509(
            certificates ->
                certificates.x509PrincipalExtractor(new SubjectX500PrincipalExtractor()))
        .exceptionHandling(
            failures -> failures.authenticationEntryPoint(refusals).accessDeniedHandler(refusals))
        .sessionManagement(
            sessions -> sessions.sessionCreationPolicy(SessionCreationPolicy.STATELESS))
        .csrf(AbstractHttpConfigurer::disable)
        .logout(AbstractHttpConfigurer::disable)
        .requestCache(AbstractHttpConfigurer::disable)
        .headers(
            headers ->
                headers
                    .contentSecurityPolicy(
                        policy -> policy.policyDirectives(CONTENT_SECURITY_POLICY))
                    .referrerPolicy(policy -> policy.policy(ReferrerPolicy.NO_REFERRER)))
        .addFilterAfter(throttle, HeaderWriterFilter.class)
        .addFilterAfter(new RefusedChanges(events), AuthorizationFilter.class)
        .build();
  }

  private static void authorize(
      AuthorizeHttpRequestsConfigurer<HttpSecurity>.AuthorizationManagerRequestMatcherRegistry
          rules) {
    String viewer = VIEWER.name();
    String operator = OPERATOR.name();
    rules
        .dispatcherTypeMatchers(jakarta.servlet.DispatcherType.ERROR)
        .permitAll()
        .requestMatchers(HttpMethod.GET, "/actuator/health", "/actuator/health/**")
        .permitAll()
        .requestMatchers("/api/v1/me", "/api/v1/me/**")
        .hasRole(viewer)
        .requestMatchers("/api/v1/users/**", "/api/v1/tokens/**")
        .hasRole(ADMIN.name())
        .requestMatchers(
            HttpMethod.GET,
            "/actuator",
            "/actuator/info",
            "/actuator/prometheus",
            "/actuator/sbom",
            "/actuator/sbom/*")
        .hasRole(viewer)
        .requestMatchers("/actuator/**")
        .hasRole(ADMIN.name())
        .requestMatchers(
            HttpMethod.POST, "/api/v1/client-auth-policies/*/evaluations", "/api/v1/simulations")
        .hasRole(viewer)
        .requestMatchers(HttpMethod.POST, "/api/v1/renegotiations")
        .hasRole(operator)
        .requestMatchers(
            HttpMethod.DELETE,
            "/api/v1/connections/*",
            "/api/v1/renegotiations/*",
            "/api/v1/sessions",
            "/api/v1/sessions/*")
        .hasRole(operator)
        .requestMatchers(HttpMethod.GET, "/**")
        .hasRole(viewer)
        .requestMatchers(HttpMethod.HEAD, "/**")
        .hasRole(viewer)
        .anyRequest()
        .hasRole(ADMIN.name());
  }
}
