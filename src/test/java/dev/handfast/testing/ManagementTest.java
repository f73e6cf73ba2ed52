package dev.handfast.testing;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;

/** The whole application in this process on a free port, with H2 in memory and no listener. */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@SpringBootTest(
    webEnvironment = WebEnvironment.RANDOM_PORT,
    properties = {
      "handfast.data-dir=target/management-test",
      "handfast.admin.password=" + ManagementTest.PASSWORD,
      "handfast.bootstrap.port=0",
      "handfast.login.max-failures=" + ManagementTest.MAX_LOGIN_FAILURES,
      "spring.datasource.url=jdbc:h2:mem:management;DB_CLOSE_DELAY=-1"
    })
@ResourceLock("the application of @ManagementTest")
public @interface ManagementTest {

  /** Of the user {@code admin}. */
  String PASSWORD = "correct horse battery staple";

  /** How many wrong credentials all tests together may give within a minute. */
  int MAX_LOGIN_FAILURES = 200;
}
