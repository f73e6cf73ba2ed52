package dev.handfast.listener;

import io.netty.resolver.AddressResolver;
import io.netty.resolver.AddressResolverGroup;
import io.netty.resolver.InetNameResolver;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Promise;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.concurrent.Executor;

/**
 * Resolves names as the platform does (hosts file, search domains, the JDK's cache), but never on
 * an event loop: the platform's call blocks.
 */
final class VirtualThreadResolver extends AddressResolverGroup<InetSocketAddress> {

  private final Executor workers;

  VirtualThreadResolver(Executor workers) {
    this.workers = workers;
  }

  @Override
  protected AddressResolver<InetSocketAddress> newResolver(EventExecutor executor) {
    return new Names(executor).asAddressResolver();
  }

  private final class Names extends InetNameResolver {

    Names(EventExecutor executor) {
      super(executor);
    }

    @Override
    protected void doResolve(String name, Promise<InetAddress> promise) {
      workers.execute(
          () -> {
            try {
              promise.setSuccess(InetAddress.getByName(name));
            } catch (UnknownHostException e) {
              promise.setFailure(e);
            }
          });
    }

    @Override
    protected void doResolveAll(String name, Promise<List<InetAddress>> promise) {
      workers.execute(
          () -> {
            try {
              promise.setSuccess(List.of(InetAddress.getAllByName(name)));
            } catch (UnknownHostException e) {
              promise.setFailure(e);
            }
          });
    }
  }
}
