package io.rdpg.plan.target.shell;

import io.rdpg.plan.system.Mutex;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;

/**
 * What arrived through a tunnel and was not yet read. The session's thread puts it in and must
 * never wait, or all tunnels and the shell would: so there is a limit, and no back pressure.
 */
final class TunnelBuffer extends OutputStream {
  private static final long LIMIT = 256L << 20;

  private final Mutex lock = new Mutex();
  private final Condition arrived = lock.newCondition();
  private final ArrayDeque<byte[]> chunks = new ArrayDeque<>();
  private final Stream stream = new Stream();
  private int offset;
  private long size;
  private boolean ended;
  private boolean abandoned;
  private boolean overflowed;
  private volatile int timeout;

  InputStream stream() {
    return stream;
  }

  /** How long a read may wait, in milliseconds; 0 for ever. */
  void timeout(int millis) {
    timeout = millis;
  }

  int timeout() {
    return timeout;
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int from, int length) throws IOException {
    try (var _ = lock.hold()) {
      if (ended || abandoned) {
        return;
      }
      if (size + length > LIMIT) {
        overflowed = true;
        ended = true;
        chunks.clear();
        arrived.signalAll();
        throw new IOException("more arrived than was read");
      }
      if (length > 0) {
        chunks.add(Arrays.copyOfRange(bytes, from, from + length));
        size += length;
        arrived.signalAll();
      }
    }
  }

  /** The peer sends no more. */
  @Override
  public void close() {
    try (var _ = lock.hold()) {
      ended = true;
      arrived.signalAll();
    }
  }

  /** Closes the reading side. */
  void abandon() {
    try (var _ = lock.hold()) {
      abandoned = true;
      chunks.clear();
      size = 0;
      arrived.signalAll();
    }
  }

  private final class Stream extends InputStream {
    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int at, int length) throws IOException {
      Objects.checkFromIndexSize(at, length, into.length);
      if (length == 0) {
        return 0;
      }
      try (var _ = lock.hold()) {
        await();
        byte[] first = chunks.peek();
        if (first == null) {
          return -1;
        }
        int count = Math.min(length, first.length - offset);
        System.arraycopy(first, offset, into, at, count);
        offset += count;
        size -= count;
        if (offset == first.length) {
          chunks.remove();
          offset = 0;
        }
        return count;
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new SocketException("interrupted");
      }
    }

    private void await() throws IOException, InterruptedException {
      int millis = timeout;
      long nanos = TimeUnit.MILLISECONDS.toNanos(millis);
      while (chunks.isEmpty() && !ended && !abandoned) {
        if (millis == 0) {
          arrived.await();
        } else if (nanos > 0) {
          nanos = arrived.awaitNanos(nanos);
        } else {
          throw new SocketTimeoutException("Read timed out");
        }
      }
      if (abandoned) {
        throw new SocketException("Socket closed");
      }
      if (overflowed) {
        throw new SocketException("more arrived than was read");
      }
    }

    @Override
    public int available() {
      try (var _ = lock.hold()) {
        return (int) Math.min(Integer.MAX_VALUE, size);
      }
    }

    @Override
    public void close() {
      abandon();
    }
  }
}
