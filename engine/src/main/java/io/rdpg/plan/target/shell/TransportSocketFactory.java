package io.rdpg.plan.target.shell;

import io.rdpg.plan.target.Traffic;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.function.UnaryOperator;
import javax.net.SocketFactory;

/** Gives libraries that speak TCP sockets that are opened from a node. */
public final class TransportSocketFactory extends SocketFactory {
  private final Way way;
  private final Traffic.Counter counter;
  private final UnaryOperator<InputStream> input;

  /** Opens a connection from a node. */
  @FunctionalInterface
  public interface Way {
    /**
     * Opens it.
     *
     * @param host where the library wants to connect to
     * @throws IOException when that is not reached
     * @throws io.rdpg.plan.language.diagnostic.Failure when the node itself can't be used
     */
    Socket open(String host, int port, Duration timeout) throws IOException;
  }

  /**
   * @param counter counts connections and their bytes
   */
  public TransportSocketFactory(Transport transport, Traffic.Counter counter) {
    this(transport::open, counter, UnaryOperator.identity());
  }

  /**
   * @param input what a socket's user reads, made of what comes from the node
   */
  public TransportSocketFactory(
      Way way, Traffic.Counter counter, UnaryOperator<InputStream> input) {
    this.way = way;
    this.counter = counter;
    this.input = input;
  }

  @Override
  public Socket createSocket() {
    return new TransportSocket(way, counter, input);
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
