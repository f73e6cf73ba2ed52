/** The whole application with clients that nobody here wrote. */
@NullMarked
package dev.handfast.channel;

import org.jspecify.annotations.NullMarked;
