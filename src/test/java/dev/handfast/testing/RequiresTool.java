package dev.handfast.testing;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Skips the test, or all tests of the class, where a command is not on the {@code PATH}, and prints
 * which Debian package has it. Continuous integration installs every command named here, and fails
 * on a skipped test.
 *
 * <p>Every command needs a line in {@code debian-packages.properties} beside this class.
 */
@Documented
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(ToolCondition.class)
public @interface RequiresTool {

  /** The commands, as literals: continuous integration finds them in the source text. */
  String[] value();
}
