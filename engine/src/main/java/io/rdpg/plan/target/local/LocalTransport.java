package io.rdpg.plan.target.local;

import io.rdpg.plan.language.model.NodeAccess;
import io.rdpg.plan.target.Cancellation;
import io.rdpg.plan.target.Traffic;
import io.rdpg.plan.target.shell.DirectSocket;
import io.rdpg.plan.target.shell.Transport;
import io.rdpg.plan.target.shell.UserShells;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The node is this machine: shells of the user that runs the plan and of others, and plain sockets.
 */
public final class LocalTransport implements Transport {
  private final UserShells shells;
  private final Traffic traffic = new Traffic();

  /**
   * @param become how other users are become
   */
  public LocalTransport(String node, NodeAccess.Become become) {
    shells = new UserShells(new LocalHost(node), System.getProperty("user.name"), become, traffic);
  }

  @Override
  public Reply run(Script script, Listener listener, Cancellation cancellation) {
    return shells.run(script, listener, cancellation);
  }

  @Override
  public Socket open(String host, int port, Duration timeout) throws IOException {
    return DirectSocket.open(host, port, timeout);
  }

  @Override
  public Socket openUnix(String path, Duration timeout) throws IOException {
    return shells.openUnix(path, timeout);
  }

  @Override
  public Transport as(@Nullable String user) {
    return shells.as(user, this);
  }

  @Override
  public Traffic traffic() {
    return traffic;
  }

  @Override
  public void close() {
    shells.close();
  }
}
