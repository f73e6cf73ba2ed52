/** What tests of several packages share: conditions on the machine they run on. */
@NullMarked
package dev.handfast.testing;

import org.jspecify.annotations.NullMarked;
