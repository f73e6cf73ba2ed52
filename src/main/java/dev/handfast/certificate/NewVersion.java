package dev.handfast.certificate;

import org.jspecify.annotations.Nullable;

/**
 * A version that is about to be stored.
 *
 * @param generation what it was generated from, or null if it came from elsewhere
 */
record NewVersion(Origin origin, KeyMaterial material, @Nullable GenerationSpec generation) {}
