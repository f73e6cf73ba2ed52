@NullMarked
package dev.handfast.bootstrap;

import org.jspecify.annotations.NullMarked;
