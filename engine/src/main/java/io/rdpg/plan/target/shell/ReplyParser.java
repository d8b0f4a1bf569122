package io.rdpg.plan.target.shell;

import io.rdpg.plan.system.Mutex;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.locks.Condition;
import org.jspecify.annotations.Nullable;

/**
 * Extracts the reply to one script from a stream: what is between the lines {@code MARK<} and
 * {@code MARK>TAIL}. The rest is dropped. Keeps a limited number of bytes and still finds the end
 * of a longer reply, so that a script which prints too much doesn't affect the next.
 */
final class ReplyParser extends OutputStream {
  /** Longer than any line of the framing. */
  private static final int OVERLAP = 128;

  private final Mutex lock;
  private final Condition changed;
  private final int limit;

  private byte[] kept = new byte[1024];
  private int size;
  private int searched;
  private boolean begun;
  private boolean overflowed;
  private boolean closed;
  private byte[] begin = {};
  private byte[] end = {};
  private boolean waiting;
  private Transport.Listener listener = Transport.Listener.NONE;
  private @Nullable String tail;

  /**
   * @param lock guards all of it
   * @param changed signalled when a reply is whole or the stream ends
   */
  ReplyParser(Mutex lock, Condition changed, int limit) {
    this.lock = lock;
    this.changed = changed;
    this.limit = limit;
  }

  /** Begins to wait for the reply of this mark. */
  void expect(String mark, Transport.Listener whoListens) {
    try (var _ = lock.hold()) {
      listener = whoListens;
      kept = kept.length > 1 << 20 ? new byte[1024] : kept;
      size = 0;
      searched = 0;
      begun = false;
      overflowed = false;
      tail = null;
      waiting = true;
      begin = ("\n" + mark + "<\n").getBytes(StandardCharsets.US_ASCII);
      end = ("\n" + mark + ">").getBytes(StandardCharsets.US_ASCII);
    }
  }

  /** What follows the end mark; null as long as the reply isn't whole. The lock must be held. */
  @Nullable String tail() {
    return tail;
  }

  /** Whether nothing more can come. The lock must be held. */
  boolean closed() {
    return closed;
  }

  /** Whether the reply was longer than the limit. The lock must be held. */
  boolean overflowed() {
    return overflowed;
  }

  /** What came so far: of a whole reply, all of it. The lock must be held. */
  byte[] content() {
    return Arrays.copyOf(kept, size);
  }

  @Override
  public void write(int b) {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) {
    try (var _ = lock.hold()) {
      if (waiting) {
        append(bytes, offset, length);
        cut();
        if (begun && !overflowed) {
          listener.printed(kept, size);
        }
      }
    }
  }

  private void append(byte[] bytes, int offset, int length) {
    if (size + length > limit) {
      overflowed = true;
      int keep = Math.min(size, OVERLAP);
      System.arraycopy(kept, size - keep, kept, 0, keep);
      size = keep;
      searched = 0;
    }
    if (size + length > kept.length) {
      kept = Arrays.copyOf(kept, Math.max(size + length, kept.length * 2));
    }
    System.arraycopy(bytes, offset, kept, size, length);
    size += length;
  }

  private void cut() {
    if (!begun) {
      int at = find(begin);
      if (at < 0) {
        return;
      }
      int from = at + begin.length;
      System.arraycopy(kept, from, kept, 0, size - from);
      size -= from;
      searched = 0;
      begun = true;
      overflowed = false;
    }
    int at = find(end);
    if (at < 0) {
      return;
    }
    int from = at + end.length;
    for (int i = from; i < size; i++) {
      if (kept[i] == '\n') {
        tail = new String(kept, from, i - from, StandardCharsets.US_ASCII);
        size = at;
        waiting = false;
        changed.signalAll();
        return;
      }
    }
    searched = at;
  }

  private int find(byte[] wanted) {
    for (int i = searched; i + wanted.length <= size; i++) {
      if (kept[i] == wanted[0]
          && Arrays.equals(kept, i, i + wanted.length, wanted, 0, wanted.length)) {
        return i;
      }
    }
    searched = Math.max(0, size - wanted.length + 1);
    return -1;
  }

  @Override
  public void close() {
    try (var _ = lock.hold()) {
      closed = true;
      changed.signalAll();
    }
  }
}
