/** Coverage-guided fuzzing of what strangers and operators hand in. */
@NullMarked
package dev.handfast.fuzzing;

import org.jspecify.annotations.NullMarked;
