package io.rdpg.plan.target.ssh;

import com.jcraft.jsch.ChannelDirectTCPIP;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;

/**
 * A connection through a {@code direct-tcpip} channel, for libraries that want a {@link Socket}.
 * Options that belong to a TCP connection of this machine are accepted and mean nothing.
 */
final class TunnelSocket extends Socket {
  private final ChannelDirectTCPIP channel;
  private final InetSocketAddress peer;
  private final TunnelBuffer inbox = new TunnelBuffer();
  private final OutputStream out;
  private volatile boolean closed;
  private volatile boolean inputShut;
  private volatile boolean outputShut;

  /**
   * @param channel not yet connected
   */
  TunnelSocket(ChannelDirectTCPIP channel, String host, int port) throws IOException {
    this.channel = channel;
    // The name is the node's to resolve, not ours.
    peer =
        new InetSocketAddress(
            InetAddress.getByAddress(host, InetAddress.getLoopbackAddress().getAddress()), port);
    channel.setOutputStream(inbox);
    out = new Outgoing(channel.getOutputStream());
  }

  @Override
  public InputStream getInputStream() throws IOException {
    checkOpen();
    return inbox.stream();
  }

  @Override
  public OutputStream getOutputStream() throws IOException {
    checkOpen();
    return out;
  }

  private void checkOpen() throws SocketException {
    if (closed) {
      throw new SocketException("Socket is closed");
    }
  }

  @Override
  public void setSoTimeout(int millis) throws SocketException {
    checkOpen();
    inbox.timeout(millis);
  }

  @Override
  public int getSoTimeout() {
    return inbox.timeout();
  }

  @Override
  public void close() {
    closed = true;
    inbox.abandon();
    channel.disconnect();
  }

  @Override
  public void shutdownInput() {
    inputShut = true;
    inbox.close();
  }

  @Override
  public void shutdownOutput() throws IOException {
    outputShut = true;
    out.close();
  }

  @Override
  public boolean isConnected() {
    return true;
  }

  @Override
  public boolean isBound() {
    return true;
  }

  @Override
  public boolean isClosed() {
    return closed;
  }

  @Override
  public boolean isInputShutdown() {
    return inputShut;
  }

  @Override
  public boolean isOutputShutdown() {
    return outputShut;
  }

  @Override
  public void connect(SocketAddress endpoint) throws IOException {
    throw new SocketException("already connected");
  }

  @Override
  public void connect(SocketAddress endpoint, int timeout) throws IOException {
    throw new SocketException("already connected");
  }

  @Override
  public InetAddress getInetAddress() {
    return peer.getAddress();
  }

  @Override
  public int getPort() {
    return peer.getPort();
  }

  @Override
  public SocketAddress getRemoteSocketAddress() {
    return peer;
  }

  @Override
  public InetAddress getLocalAddress() {
    return InetAddress.getLoopbackAddress();
  }

  @Override
  public int getLocalPort() {
    return 0;
  }

  @Override
  public SocketAddress getLocalSocketAddress() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
  }

  @Override
  public void setTcpNoDelay(boolean on) {}

  @Override
  public boolean getTcpNoDelay() {
    return true;
  }

  @Override
  public void setKeepAlive(boolean on) {}

  @Override
  public boolean getKeepAlive() {
    return true;
  }

  @Override
  public void setSoLinger(boolean on, int seconds) {}

  @Override
  public int getSoLinger() {
    return -1;
  }

  @Override
  public void setSendBufferSize(int size) {}

  @Override
  public int getSendBufferSize() {
    return 32 << 10;
  }

  @Override
  public void setReceiveBufferSize(int size) {}

  @Override
  public int getReceiveBufferSize() {
    return 32 << 10;
  }

  @Override
  public void setTrafficClass(int trafficClass) {}

  @Override
  public String toString() {
    return "tunnel to " + peer.getHostString() + ":" + peer.getPort();
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
      checkOpen();
      if (outputShut) {
        throw new SocketException("output is shut down");
      }
      to.write(bytes, offset, length);
      to.flush();
    }

    /** Ends the output, as a half-closed TCP connection does. */
    @Override
    public void close() throws IOException {
      outputShut = true;
      to.close();
    }
  }
}
