@NullMarked
package dev.handfast.listener.http;

import org.jspecify.annotations.NullMarked;
