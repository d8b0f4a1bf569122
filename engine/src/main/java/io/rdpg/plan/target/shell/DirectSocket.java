package io.rdpg.plan.target.shell;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;

/** Connections from this machine. */
public final class DirectSocket {
  private DirectSocket() {}

  /**
   * Opens one.
   *
   * @throws IOException when the address can't be reached
   */
  public static Socket open(String host, int port, Duration timeout) throws IOException {
    Socket socket = new Socket();
    try {
      socket.setTcpNoDelay(true);
      socket.connect(new InetSocketAddress(host, port), Math.toIntExact(timeout.toMillis()));
      return socket;
    } catch (IOException | RuntimeException e) {
      socket.close();
      throw e;
    }
  }
}
