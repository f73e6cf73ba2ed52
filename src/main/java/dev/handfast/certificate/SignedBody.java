package dev.handfast.certificate;

import org.jspecify.annotations.Nullable;

/** The chain that a CA signed for a request. */
record SignedBody(@Nullable String certificateChainPem) {}
