package io.rdpg.plan.target.shell;

import io.rdpg.plan.target.Cancellation;
import io.rdpg.plan.target.Traffic;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A node as a user who is become: scripts run in that user's shell, TCP connections are the login
 * user's.
 *
 * @param node as the user who logs in, who closes it
 */
record OtherUser(Transport node, BecomeShell user, FramedShell shell) implements Transport {
  @Override
  public Reply run(Script script, Listener listener, Cancellation cancellation) {
    return shell.run(script, listener, cancellation);
  }

  @Override
  public Socket open(String host, int port, Duration timeout) throws IOException {
    return node.open(host, port, timeout);
  }

  @Override
  public Socket openUnix(String path, Duration timeout) throws IOException {
    return UnixSocket.open(user, path, timeout);
  }

  @Override
  public Transport as(@Nullable String user) {
    return node.as(user);
  }

  @Override
  public Traffic traffic() {
    return node.traffic();
  }

  @Override
  public void close() {}
}
