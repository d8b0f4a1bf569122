package io.rdpg.plan.world.local;

import io.rdpg.plan.world.Cancellation;
import io.rdpg.plan.world.reach.DirectSocket;
import io.rdpg.plan.world.reach.FramedShell;
import io.rdpg.plan.world.reach.Reach;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;

/** The node is this machine: a shell of the user that runs the plan, and plain sockets. */
public final class LocalReach implements Reach {
  private final FramedShell shell;

  public LocalReach(String node) {
    shell = new FramedShell(new LocalHost(node));
  }

  @Override
  public Reply run(Script script, Cancellation cancellation) {
    return shell.run(script, cancellation);
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
