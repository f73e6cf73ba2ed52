package dev.handfast.listener;

/** A listener cannot run as configured, because what it refers to is not there. */
final class BrokenListenerException extends Exception {

  BrokenListenerException(String message) {
    super(message, null, false, false);
  }
}
