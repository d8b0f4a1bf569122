import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Arrays;
import java.util.concurrent.DelayQueue;
import java.util.concurrent.Delayed;
import java.util.concurrent.TimeUnit;

/**
 * A TCP proxy that is as far away as it is told to be: what it passes on arrives so much later, in
 * both directions, and so does the connection. It delays, and doesn't limit how much is on its way.
 *
 * <p>{@code java DelayingProxy.java TARGET_PORT MILLIS_EACH_WAY} prints its own port, and listens
 * on all loopback addresses until it is killed.
 */
final class DelayingProxy {
  private static long nanos;

  public static void main(String[] args) throws IOException {
    int target = Integer.parseInt(args[0]);
    nanos = TimeUnit.MILLISECONDS.toNanos(Integer.parseInt(args[1]));
    try (ServerSocket server = new ServerSocket(0, 1000)) {
      System.out.println(server.getLocalPort());
      while (true) {
        Socket near = server.accept();
        Thread.ofVirtual().start(() -> connect(near, target));
      }
    }
  }

  /** When the third packet of the handshake of a connection from afar has arrived. */
  private static void connect(Socket near, int target) {
    try {
      Thread.sleep(TimeUnit.NANOSECONDS.toMillis(3 * nanos));
      Socket far = new Socket(InetAddress.getLoopbackAddress(), target);
      near.setTcpNoDelay(true);
      far.setTcpNoDelay(true);
      pipe(near, far);
      pipe(far, near);
    } catch (IOException | InterruptedException e) {
      close(near);
    }
  }

  /** Bytes that arrive at a certain time; null for the end. */
  private record Parcel(byte[] bytes, long due) implements Delayed {
    @Override
    public long getDelay(TimeUnit unit) {
      return unit.convert(due - System.nanoTime(), TimeUnit.NANOSECONDS);
    }

    @Override
    public int compareTo(Delayed other) {
      return Long.compare(due, ((Parcel) other).due);
    }
  }

  private static void pipe(Socket from, Socket to) {
    DelayQueue<Parcel> onTheWay = new DelayQueue<>();
    Thread.ofVirtual()
        .start(() -> {
          byte[] buffer = new byte[65536];
          try (InputStream in = from.getInputStream()) {
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
              onTheWay.add(new Parcel(Arrays.copyOf(buffer, n), System.nanoTime() + nanos));
            }
          } catch (IOException e) {
            // Ends like a connection that is closed.
          }
          onTheWay.add(new Parcel(null, System.nanoTime() + nanos));
        });
    Thread.ofVirtual()
        .start(() -> {
          try {
            OutputStream out = to.getOutputStream();
            for (Parcel next = onTheWay.take(); next.bytes() != null; next = onTheWay.take()) {
              out.write(next.bytes());
              out.flush();
            }
          } catch (IOException | InterruptedException e) {
            // Nobody reads it any longer.
          }
          close(to);
        });
  }

  private static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      // It is gone anyway.
    }
  }
}
