@NullMarked
package dev.handfast.certificate;

import org.jspecify.annotations.NullMarked;
