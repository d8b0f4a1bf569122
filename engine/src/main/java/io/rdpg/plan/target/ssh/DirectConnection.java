package io.rdpg.plan.target.ssh;

import io.rdpg.plan.target.ssh.config.Hop;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/**
 * Connects to a host's addresses one after another, each within a time of its own: a host that
 * doesn't answer at all is told earlier than one whose login is slow.
 */
record DirectConnection(Hop host, Duration timeout) implements Connection {

  @Override
  public Socket open() throws IOException {
    IOException last = null;
    for (int attempt = 0; attempt < host.attempts(); attempt++) {
      for (InetAddress address : addresses()) {
        Socket socket = new Socket();
        try {
          socket.connect(
              new InetSocketAddress(address, host.port()), Math.toIntExact(timeout.toMillis()));
          return socket;
        } catch (IOException e) {
          socket.close();
          last = e;
        }
      }
    }
    throw last == null ? new UnknownHostException(host.host()) : last;
  }

  private List<InetAddress> addresses() throws UnknownHostException {
    List<InetAddress> all =
        Stream.of(InetAddress.getAllByName(host.host()))
            .filter(address ->
                switch (host.family()) {
                  case ANY -> true;
                  case INET -> address instanceof Inet4Address;
                  case INET6 -> !(address instanceof Inet4Address);
                })
            .toList();
    if (all.isEmpty()) {
      throw new UnknownHostException("no address of this family: " + host.host());
    }
    return all;
  }
}
