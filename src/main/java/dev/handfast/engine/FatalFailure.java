package dev.handfast.engine;

import dev.handfast.handshake.Failure;
import dev.handfast.handshake.HandshakeException;
import dev.handfast.handshake.Reason;
import org.bouncycastle.tls.AlertDescription;
import org.bouncycastle.tls.TlsFatalAlert;

/** Carries a failure through Bouncy Castle to the one place that turns it into an alert. */
final class FatalFailure extends TlsFatalAlert {

  private static final long serialVersionUID = 1L;

  private final transient Failure failure;

  FatalFailure(Failure failure) {
    // The alert follows from the reason, see ServerProtocol.fail.
    super(AlertDescription.internal_error);
    this.failure = failure;
  }

  FatalFailure(Reason reason, String explanation) {
    this(new Failure(reason, explanation));
  }

  FatalFailure(HandshakeException e) {
    this(e.failure());
  }

  Failure failure() {
    return failure;
  }
}
