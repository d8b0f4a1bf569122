package io.rdpg.plan.target.shell;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketImpl;

/**
 * A connection through a {@code direct-tcpip} channel or a process, for libraries that want a
 * {@link Socket}. Options that belong to a TCP connection of this machine are accepted and mean
 * nothing.
 */
public final class TunnelSocket extends SocketImpl {
  private final TunnelBuffer inbox = new TunnelBuffer();
  private final OutputStream out;
  private final Runnable end;
  private volatile boolean outputEnded;

  /**
   * @param to takes what is sent
   * @param end ends the connection
   */
  public TunnelSocket(OutputStream to, Runnable end) {
    this.out = new Outgoing(to);
    this.end = end;
  }

  /** Where what arrives is to be put. */
  public OutputStream inbox() {
    return inbox;
  }

  /** The socket, once it is connected. */
  public Socket connected(String host, int toPort) throws IOException {
    // The name is the node's to resolve, not ours.
    InetAddress named =
        InetAddress.getByAddress(host, InetAddress.getLoopbackAddress().getAddress());
    Socket socket = new Socket(this) {};
    socket.connect(new InetSocketAddress(named, toPort));
    return socket;
  }

  @Override
  protected void create(boolean stream) {}

  @Override
  protected void connect(SocketAddress endpoint, int timeout) {
    InetSocketAddress peer = (InetSocketAddress) endpoint;
    address = peer.getAddress();
    port = peer.getPort();
  }

  @Override
  protected void connect(String host, int port) throws IOException {
    throw onlyOut();
  }

  @Override
  protected void connect(InetAddress host, int port) throws IOException {
    throw onlyOut();
  }

  @Override
  protected void bind(InetAddress host, int port) throws IOException {
    throw onlyOut();
  }

  @Override
  protected void listen(int backlog) throws IOException {
    throw onlyOut();
  }

  @Override
  protected void accept(SocketImpl from) throws IOException {
    throw onlyOut();
  }

  @Override
  protected void sendUrgentData(int data) throws IOException {
    throw onlyOut();
  }

  private static SocketException onlyOut() {
    return new SocketException("a tunnel carries one connection's bytes, and no more");
  }

  @Override
  protected InputStream getInputStream() {
    return inbox.stream();
  }

  @Override
  protected OutputStream getOutputStream() {
    return out;
  }

  @Override
  protected int available() throws IOException {
    return inbox.stream().available();
  }

  @Override
  protected void close() {
    outputEnded = true;
    inbox.abandon();
    end.run();
  }

  @Override
  protected void shutdownInput() {
    inbox.close();
  }

  @Override
  protected void shutdownOutput() throws IOException {
    out.close();
  }

  @Override
  public void setOption(int option, Object value) {
    if (option == SO_TIMEOUT && value instanceof Integer millis) {
      inbox.timeout(millis);
    }
  }

  @Override
  public Object getOption(int option) {
    return switch (option) {
      case SO_TIMEOUT -> inbox.timeout();
      case SO_BINDADDR -> InetAddress.getLoopbackAddress();
      case SO_SNDBUF, SO_RCVBUF -> 32 << 10;
      case SO_LINGER -> -1;
      case IP_TOS -> 0;
      default -> true;
    };
  }

  /** Sends at once: there is nothing to be won by waiting for more. */
  private final class Outgoing extends OutputStream {
    private final OutputStream to;

    Outgoing(OutputStream to) {
      this.to = to;
    }

    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      if (outputEnded) {
        throw new SocketException("output is shut down");
      }
      to.write(bytes, offset, length);
      to.flush();
    }

    /** Ends the output, as a half-closed TCP connection does. */
    @Override
    public void close() throws IOException {
      outputEnded = true;
      to.close();
    }
  }
}
