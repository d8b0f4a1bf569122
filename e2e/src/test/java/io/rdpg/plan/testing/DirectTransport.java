package io.rdpg.plan.testing;

import io.rdpg.plan.target.Cancellation;
import io.rdpg.plan.target.Traffic;
import io.rdpg.plan.target.shell.Transport;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Plain sockets from this machine; no shell. */
public class DirectTransport implements Transport {
  private final Traffic traffic = new Traffic();

  @Override
  public Reply run(Script script, Listener listener, Cancellation cancellation) {
    throw new UnsupportedOperationException("no shell here");
  }

  @Override
  public Socket open(String host, int port, Duration timeout) throws IOException {
    Socket socket = new Socket();
    try {
      socket.connect(new InetSocketAddress(host, port), Math.toIntExact(timeout.toMillis()));
      return socket;
    } catch (IOException e) {
      socket.close();
      throw e;
    }
  }

  @Override
  public Socket openUnix(String path, Duration timeout) {
    throw new UnsupportedOperationException("no shell here");
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
