package io.rdpg.plan.target.local;

import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Diagnostic;
import io.rdpg.plan.language.diagnostic.Failure;
import io.rdpg.plan.target.Cancellation;
import io.rdpg.plan.target.Traffic;
import io.rdpg.plan.target.shell.DirectSocket;
import io.rdpg.plan.target.shell.Transport;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A node of which only the servers are reached, from this machine at their addresses. */
public final class NetworkTransport implements Transport {
  private final String node;
  private final Traffic traffic = new Traffic();

  public NetworkTransport(String node) {
    this.node = node;
  }

  /** Always fails: there is no shell. */
  @Override
  public Reply run(Script script, Listener listener, Cancellation cancellation) {
    throw noAccess("files and commands");
  }

  private Failure noAccess(String what) {
    return Diagnostic.of(
            Code.NOT_POSSIBLE_HERE,
            "with --local only this node's servers can be reached: it gives no access to " + what)
        .withHint("omit --local, or run the plan on " + node + " itself")
        .orOn(node)
        .failure();
  }

  @Override
  public Socket open(String host, int port, Duration timeout) throws IOException {
    return DirectSocket.open(host, port, timeout);
  }

  /** Always fails: it would be this machine's. */
  @Override
  public Socket openUnix(String path, Duration timeout) {
    throw noAccess("Unix domain sockets");
  }

  @Override
  public Transport as(@Nullable String user) {
    return this;
  }

  @Override
  public Traffic traffic() {
    return traffic;
  }

  @Override
  public void close() {}
}
