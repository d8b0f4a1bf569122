package io.rdpg.plan.world.consul;

import java.io.IOException;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An agent is reached from its node; this machine's proxies are of no use there. */
final class NoProxy extends ProxySelector {
  static final NoProxy INSTANCE = new NoProxy();

  private NoProxy() {}

  @Override
  public List<Proxy> select(@Nullable URI uri) {
    return List.of(Proxy.NO_PROXY);
  }

  @Override
  public void connectFailed(
      @Nullable URI uri, @Nullable SocketAddress address, @Nullable IOException e) {}
}
