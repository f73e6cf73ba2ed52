package dev.handfast.listener;

import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.handler.codec.haproxy.HAProxyMessageDecoder;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.function.Supplier;

/** Receives an accepted connection: limits, then a PROXY header if demanded, then the gate. */
final class ClientChannelInitializer extends ChannelInitializer<Channel> {

  static final int MAX_PROXY_TLVS = 4_096;

  private final Supplier<ListenerSnapshot> snapshots;
  private final Admission admission;
  private final ListenerMeters meters;
  private final ConnectionServices services;
  private final OpenChannels open;

  ClientChannelInitializer(
      Supplier<ListenerSnapshot> snapshots,
      Admission admission,
      ListenerMeters meters,
      ConnectionServices services,
      OpenChannels open) {
    this.snapshots = snapshots;
    this.admission = admission;
    this.meters = meters;
    this.services = services;
    this.open = open;
  }

  @Override
  protected void initChannel(Channel channel) {
    ListenerSnapshot snapshot = snapshots.get();
    InetSocketAddress client = (InetSocketAddress) channel.remoteAddress();
    if (client == null) {
      channel.close();
      return;
    }
    boolean proxied = snapshot.acceptProxyProtocol();
    Optional<Limit> refused =
        proxied ? Optional.empty() : admission.admit(client.getAddress(), snapshot.limits());
    if (refused.isPresent()
        || admission.enter(snapshot.limits(), channel.eventLoop()).isPresent()) {
      channel.close();
      return;
    }
    GatewayConnection connection =
        new GatewayConnection(channel, snapshot, admission, meters, services);
    admission.handshakeBegins(connection);
    open.add(connection);
    ApplicationStarter application = ApplicationStarter.of(services);
    ClientHelloGate gate = new ClientHelloGate(connection, application);
    if (proxied) {
      ProxyHeaderHandler header =
          new ProxyHeaderHandler(
              connection, ctx -> ctx.pipeline().addAfter(ctx.name(), "gate", gate));
      channel.pipeline().addLast(new HAProxyMessageDecoder(MAX_PROXY_TLVS));
      channel.pipeline().addLast("proxy", header);
    } else {
      channel.pipeline().addLast("gate", gate);
    }
    connection.startHandshakeDeadline();
  }
}
