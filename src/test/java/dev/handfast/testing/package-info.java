/** What tests of the whole application share: a running Handfast, its API, programs as clients. */
@NullMarked
package dev.handfast.testing;

import org.jspecify.annotations.NullMarked;
