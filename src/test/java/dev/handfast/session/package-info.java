/** Tests of the session store. */
@NullMarked
package dev.handfast.session;

import org.jspecify.annotations.NullMarked;
