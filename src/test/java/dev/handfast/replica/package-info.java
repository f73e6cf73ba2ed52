@NullMarked
package dev.handfast.replica;

import org.jspecify.annotations.NullMarked;
