package io.rdpg.plan.target.shell;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.function.UnaryOperator;
import javax.net.SocketFactory;

/** Gives libraries that speak TCP sockets that are opened from a node. */
public final class TransportSocketFactory extends SocketFactory {
  private final Transport transport;
  private final UnaryOperator<InputStream> input;

  public TransportSocketFactory(Transport transport) {
    this(transport, UnaryOperator.identity());
  }

  /**
   * @param input what a socket's user reads, made of what comes from the node
   */
  public TransportSocketFactory(Transport transport, UnaryOperator<InputStream> input) {
    this.transport = transport;
    this.input = input;
  }

  @Override
  public Socket createSocket() {
    return new TransportSocket(transport, input);
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
