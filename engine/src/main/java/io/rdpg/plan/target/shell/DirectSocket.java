package io.rdpg.plan.target.shell;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.Socket;
import java.net.UnknownHostException;
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
    Socket socket = new Socket(Proxy.NO_PROXY); // as ssh and psql do; a name may be none in a URL
    try {
      socket.setTcpNoDelay(true);
      InetSocketAddress address = new InetSocketAddress(host, port);
      if (address.isUnresolved()) {
        throw new UnknownHostException(host);
      }
      socket.connect(address, Math.toIntExact(timeout.toMillis()));
      return socket;
    } catch (IOException | RuntimeException e) {
      socket.close();
      throw e;
    }
  }
}
