/** Tests of renegotiations. */
@NullMarked
package dev.handfast.renegotiation;

import org.jspecify.annotations.NullMarked;
