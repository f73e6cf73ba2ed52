package dev.handfast.clientauth;

/** How far a decision goes to learn whether a certificate is revoked. */
public enum RevocationLookup {
  /** OCSP responders are asked where no response is known: the decision may block for seconds. */
  ASK,
  /** Only what is known already counts; the decision never blocks on the network. */
  KNOWN
}
