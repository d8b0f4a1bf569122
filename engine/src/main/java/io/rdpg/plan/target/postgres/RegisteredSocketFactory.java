package io.rdpg.plan.target.postgres;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.SocketFactory;

/**
 * The socket factory that pgjdbc makes by its class name. The driver passes it only a string
 * ({@code socketFactoryArg}), so the factory that is meant is registered here under a key.
 */
public final class RegisteredSocketFactory extends SocketFactory {
  private static final Map<String, SocketFactory> WAYS = new ConcurrentHashMap<>();

  private final SocketFactory way;

  /**
   * Called by pgjdbc.
   *
   * @param key what {@link #register} gave
   */
  public RegisteredSocketFactory(String key) {
    SocketFactory registered = WAYS.get(key);
    if (registered == null) {
      throw new IllegalStateException("the connection to this server is closed");
    }
    this.way = registered;
  }

  /** Makes a way known. */
  static String register(SocketFactory way) {
    String key = UUID.randomUUID().toString();
    WAYS.put(key, way);
    return key;
  }

  static void forget(String key) {
    WAYS.remove(key);
  }

  @Override
  public Socket createSocket() throws IOException {
    return way.createSocket();
  }

  @Override
  public Socket createSocket(String host, int port) throws IOException {
    return way.createSocket(host, port);
  }

  @Override
  public Socket createSocket(InetAddress host, int port) throws IOException {
    return way.createSocket(host, port);
  }

  @Override
  public Socket createSocket(String host, int port, InetAddress localHost, int localPort)
      throws IOException {
    return way.createSocket(host, port, localHost, localPort);
  }

  @Override
  public Socket createSocket(InetAddress host, int port, InetAddress localHost, int localPort)
      throws IOException {
    return way.createSocket(host, port, localHost, localPort);
  }
}
