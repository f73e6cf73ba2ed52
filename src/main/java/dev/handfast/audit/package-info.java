/** Who changed what, and when. */
@NullMarked
package dev.handfast.audit;

import org.jspecify.annotations.NullMarked;
