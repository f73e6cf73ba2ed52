/** TLS profiles: the built-in ones of Mozilla Server Side TLS, and the user's own. */
@NullMarked
package dev.handfast.profile;

import org.jspecify.annotations.NullMarked;
