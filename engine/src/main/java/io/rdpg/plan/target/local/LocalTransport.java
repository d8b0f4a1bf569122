package io.rdpg.plan.target.local;

import io.rdpg.plan.target.Cancellation;
import io.rdpg.plan.target.shell.DirectSocket;
import io.rdpg.plan.target.shell.FramedShell;
import io.rdpg.plan.target.shell.Transport;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;

/** The node is this machine: a shell of the user that runs the plan, and plain sockets. */
public final class LocalTransport implements Transport {
  private final FramedShell shell;

  public LocalTransport(String node) {
    shell = new FramedShell(new LocalHost(node));
  }

  @Override
  public Reply run(Script script, Listener listener, Cancellation cancellation) {
    return shell.run(script, listener, cancellation);
  }

  @Override
  public Socket open(String host, int port, Duration timeout) throws IOException {
    return DirectSocket.open(host, port, timeout);
  }

  @Override
  public void close() {
    shell.close();
  }
}
