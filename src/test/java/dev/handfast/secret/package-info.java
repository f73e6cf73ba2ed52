@NullMarked
package dev.handfast.secret;

import org.jspecify.annotations.NullMarked;
