package io.rdpg.plan.target.shell;

import io.rdpg.plan.target.Traffic;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import javax.net.SocketFactory;

/** Gives libraries that speak TCP sockets that are opened from a node. */
public final class TransportSocketFactory extends SocketFactory {
  private final Transport transport;
  private final Traffic.Counter counter;

  /**
   * @param counter counts connections and their bytes
   */
  public TransportSocketFactory(Transport transport, Traffic.Counter counter) {
    this.transport = transport;
    this.counter = counter;
  }

  @Override
  public Socket createSocket() {
    return new TransportSocket(transport, counter);
  }

  @Override
  public Socket createSocket(String host, int port) throws IOException {
    return connected(InetSocketAddress.createUnresolved(host, port));
  }

  @Override
  public Socket createSocket(InetAddress host, int port) throws IOException {
    return connected(new InetSocketAddress(host, port));
  }

  @Override
  public Socket createSocket(String host, int port, InetAddress localHost, int localPort)
      throws IOException {
    return createSocket(host, port);
  }

  @Override
  public Socket createSocket(InetAddress host, int port, InetAddress localHost, int localPort)
      throws IOException {
    return createSocket(host, port);
  }

  private Socket connected(InetSocketAddress target) throws IOException {
    Socket socket = createSocket();
    socket.connect(target);
    return socket;
  }
}
