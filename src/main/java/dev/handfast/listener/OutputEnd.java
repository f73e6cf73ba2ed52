package dev.handfast.listener;

import io.netty.channel.Channel;
import io.netty.channel.socket.DuplexChannel;
import io.netty.channel.unix.Socket;
import io.netty.channel.unix.UnixChannel;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Ends the output of a socket, whose input goes on. */
final class OutputEnd {

  private static final Logger LOG = LoggerFactory.getLogger(OutputEnd.class);

  private OutputEnd() {}

  /**
   * Sends FIN. On the channel's event loop, when everything was written and nothing will be.
   *
   * <p>Netty's own {@code shutdownOutput} first makes an exception, with its stack trace, for
   * writes that wait. Here are none, and every connection ends like this at least once.
   */
  static void send(Channel channel) {
    if (!(channel instanceof UnixChannel unix && unix.fd() instanceof Socket socket)) {
      ((DuplexChannel) channel).shutdownOutput();
      return;
    }
    try {
      socket.shutdown(false, true);
    } catch (IOException e) {
      // The peer has reset the connection, which its channel tells as well.
      LOG.debug("The output of {} cannot be ended", channel, e);
    }
  }
}
