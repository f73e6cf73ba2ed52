package dev.handfast.listener;

import io.netty.channel.Channel;
import io.netty.handler.codec.haproxy.HAProxyCommand;
import io.netty.handler.codec.haproxy.HAProxyMessage;
import io.netty.handler.codec.haproxy.HAProxyMessageEncoder;
import io.netty.handler.codec.haproxy.HAProxyProtocolVersion;
import io.netty.handler.codec.haproxy.HAProxyProxiedProtocol;
import io.netty.handler.codec.haproxy.HAProxyTLV;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;

/** Tells an upstream who its client is, in the PROXY protocol. */
final class ProxyHeaderSender {

  private ProxyHeaderSender() {}

  /** Writes the header, if one is configured, as the connection's first bytes. */
  static void send(Channel upstream, GatewayConnection client) {
    switch (client.snapshot().sendProxyProtocol()) {
      case NONE -> {}
      case V1 -> write(upstream, message(HAProxyProtocolVersion.V1, client, List.of()));
      case V2 -> write(upstream, message(HAProxyProtocolVersion.V2, client, ProxyTlvs.of(client)));
    }
  }

  private static HAProxyMessage message(
      HAProxyProtocolVersion version, GatewayConnection connection, List<HAProxyTLV> tlvs) {
    InetSocketAddress client = connection.addresses().client();
    InetSocketAddress server = connection.addresses().server();
    boolean ipv4 =
        client.getAddress() instanceof Inet4Address && server.getAddress() instanceof Inet4Address;
    return new HAProxyMessage(
        version,
        HAProxyCommand.PROXY,
        ipv4 ? HAProxyProxiedProtocol.TCP4 : HAProxyProxiedProtocol.TCP6,
        text(client, ipv4),
        text(server, ipv4),
        client.getPort(),
        server.getPort(),
        tlvs);
  }

  /** Both addresses must be of one family; an IPv4 address has an IPv6 form (RFC 4291 2.5.5.2). */
  private static String text(InetSocketAddress address, boolean ipv4) {
    InetAddress inet = address.getAddress();
    return !ipv4 && inet instanceof Inet4Address
        ? "::ffff:" + inet.getHostAddress()
        : ClientAddresses.text(address);
  }

  private static void write(Channel upstream, HAProxyMessage message) {
    upstream.pipeline().addLast(HAProxyMessageEncoder.INSTANCE);
    upstream.writeAndFlush(message);
    upstream.pipeline().remove(HAProxyMessageEncoder.INSTANCE);
  }
}
