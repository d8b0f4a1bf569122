package io.rdpg.plan.target.shell;

import io.rdpg.plan.target.Traffic;
import java.io.FilterInputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.time.Duration;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A socket for libraries that make one first and connect it later: connecting opens it from the
 * node. Names are resolved there, not here. A {@link io.rdpg.plan.language.diagnostic.Failure} of
 * the node itself passes through {@link #connect}.
 */
final class TransportSocket extends Socket {
  private static final Duration LONGEST = Duration.ofSeconds(30);

  private final TransportSocketFactory.Way way;
  private final Traffic.Counter counter;
  private final UnaryOperator<InputStream> input;
  private volatile @Nullable Socket opened;
  private @Nullable InputStream read;
  private volatile boolean closed;
  private volatile int soTimeout;

  /**
   * @param counter counts the connection and its bytes
   * @param input what is read, made of what comes
   */
  TransportSocket(
      TransportSocketFactory.Way way, Traffic.Counter counter, UnaryOperator<InputStream> input) {
    this.way = way;
    this.counter = counter;
    this.input = input;
  }

  @Override
  public void connect(SocketAddress endpoint) throws IOException {
    connect(endpoint, 0);
  }

  @Override
  public void connect(SocketAddress endpoint, int timeoutMillis) throws IOException {
    if (!(endpoint instanceof InetSocketAddress target)) {
      throw new SocketException("not an internet address: " + endpoint);
    }
    Duration timeout = timeoutMillis == 0 ? LONGEST : Duration.ofMillis(timeoutMillis);
    Socket socket = way.open(target.getHostString(), target.getPort(), timeout);
    socket.setSoTimeout(soTimeout);
    opened = socket;
    counter.connected();
    if (closed) {
      socket.close();
      throw new SocketException("Socket closed");
    }
  }

  private Socket connected() throws SocketException {
    Socket socket = opened;
    if (socket == null) {
      throw new SocketException(closed ? "Socket closed" : "Socket is not connected");
    }
    return socket;
  }

  @Override
  public synchronized InputStream getInputStream() throws IOException {
    InputStream stream = read;
    if (stream == null) {
      stream = input.apply(new CountedInput(connected().getInputStream(), counter));
      read = stream;
    }
    return stream;
  }

  @Override
  public OutputStream getOutputStream() throws IOException {
    return new CountedOutput(connected().getOutputStream(), counter);
  }

  @Override
  public void setSoTimeout(int timeout) throws SocketException {
    soTimeout = timeout;
    Socket socket = opened;
    if (socket != null) {
      socket.setSoTimeout(timeout);
    }
  }

  @Override
  public int getSoTimeout() {
    return soTimeout;
  }

  /** A tunnel may have no such option; both are only wishes. */
  @Override
  public void setTcpNoDelay(boolean on) {
    wish(socket -> socket.setTcpNoDelay(on));
  }

  @Override
  public void setKeepAlive(boolean on) {
    wish(socket -> socket.setKeepAlive(on));
  }

  private void wish(Option option) {
    Socket socket = opened;
    if (socket == null) {
      return;
    }
    try {
      option.set(socket);
    } catch (SocketException | UnsupportedOperationException notOffered) {
      // The connection works without it.
    }
  }

  @Override
  public boolean isConnected() {
    return opened != null;
  }

  @Override
  public boolean isBound() {
    return opened != null;
  }

  @Override
  public boolean isClosed() {
    Socket socket = opened;
    return closed || (socket != null && socket.isClosed());
  }

  @Override
  public boolean isInputShutdown() {
    Socket socket = opened;
    return socket != null && socket.isInputShutdown();
  }

  @Override
  public boolean isOutputShutdown() {
    Socket socket = opened;
    return socket != null && socket.isOutputShutdown();
  }

  @Override
  public void shutdownInput() throws IOException {
    connected().shutdownInput();
  }

  @Override
  public void shutdownOutput() throws IOException {
    connected().shutdownOutput();
  }

  @Override
  public @Nullable InetAddress getInetAddress() {
    Socket socket = opened;
    return socket == null ? null : socket.getInetAddress();
  }

  @Override
  public int getPort() {
    Socket socket = opened;
    return socket == null ? 0 : socket.getPort();
  }

  @Override
  public @Nullable SocketAddress getRemoteSocketAddress() {
    Socket socket = opened;
    return socket == null ? null : socket.getRemoteSocketAddress();
  }

  @Override
  public void close() throws IOException {
    closed = true;
    Socket socket = opened;
    if (socket != null) {
      socket.close();
    }
  }

  private static final class CountedInput extends FilterInputStream {
    private final Traffic.Counter counter;

    CountedInput(InputStream in, Traffic.Counter counter) {
      super(in);
      this.counter = counter;
    }

    @Override
    public int read() throws IOException {
      int one = super.read();
      counter.received(one < 0 ? 0 : 1);
      return one;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
      int read = super.read(into, offset, length);
      counter.received(Math.max(0, read));
      return read;
    }
  }

  private static final class CountedOutput extends FilterOutputStream {
    private final Traffic.Counter counter;

    CountedOutput(OutputStream out, Traffic.Counter counter) {
      super(out);
      this.counter = counter;
    }

    @Override
    public void write(int one) throws IOException {
      counter.sent(1);
      out.write(one);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      counter.sent(length);
      out.write(bytes, offset, length);
    }
  }

  private interface Option {
    void set(Socket socket) throws SocketException;
  }
}
