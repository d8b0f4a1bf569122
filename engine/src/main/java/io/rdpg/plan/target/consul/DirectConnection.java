package io.rdpg.plan.target.consul;

import java.io.IOException;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An agent is reached from its node; this machine's proxies are of no use there. */
final class DirectConnection extends ProxySelector {
  static final DirectConnection INSTANCE = new DirectConnection();

  private DirectConnection() {}

  @Override
  public List<Proxy> select(@Nullable URI uri) {
    return List.of(Proxy.NO_PROXY);
  }

  @Override
  public void connectFailed(
      @Nullable URI uri, @Nullable SocketAddress address, @Nullable IOException e) {}
}
