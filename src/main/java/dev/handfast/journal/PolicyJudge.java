package dev.handfast.journal;

import dev.handfast.handshake.ClientAuthentication;
import java.security.cert.X509Certificate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Answers the questions of step 6 for a recorded client. May block; decides without counting. */
@FunctionalInterface
interface PolicyJudge {

  ClientAuthentication judge(List<X509Certificate> chain, @Nullable String serverName);
}
