package dev.handfast.clientauth.revocation;

/** Published when another CRL is in force for a trust bundle, on the thread that fetched it. */
public record RevocationChanged(String bundle) {}
