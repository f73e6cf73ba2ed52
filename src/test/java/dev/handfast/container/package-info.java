/** Tests of the container image: what the Dockerfile does, step by step, without an engine. */
@NullMarked
package dev.handfast.container;

import org.jspecify.annotations.NullMarked;
