/**
 * Certificates with their versions and private keys at rest: made, uploaded, rotated, rolled back.
 */
@NullMarked
package dev.handfast.certificate;

import org.jspecify.annotations.NullMarked;
