package io.rdpg.plan.target.ssh;

import com.jcraft.jsch.JSchException;
import com.jcraft.jsch.Session;
import io.rdpg.plan.system.Mutex;
import io.rdpg.plan.target.Backoff;
import io.rdpg.plan.target.Cancellation;
import io.rdpg.plan.target.LoginTurns;
import java.net.SocketException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Lets a limited number of nodes log in at a time, the others in the order in which they came, and
 * tries those again whose sshd had no room: it closes connections beyond {@code MaxStartups} before
 * its version (sshd_config(5)). A login is the connection up to its authentication, and then the
 * start of a shell, whose rc files may take longer than all of that. All nodes of a run share one
 * queue, so that hundreds of logins don't make each other time out. Safe for use by many threads.
 */
public final class LoginQueue implements LoginTurns {
  /** How long a server may have no room. */
  private static final Duration LONGEST = Duration.ofSeconds(60);

  private final Mutex lock = new Mutex();
  private final Deque<CompletableFuture<Place>> waiting = new ArrayDeque<>();
  private final Map<String, Stopwatch> waits = new HashMap<>();
  private final Stopwatch anyWaits = new Stopwatch();
  private final int atOnce;
  private int free;

  /**
   * @param atOnce how many log in at a time, from 1
   */
  public LoginQueue(int atOnce) {
    this.atOnce = atOnce;
    this.free = atOnce;
  }

  /** As many logins as the processors here can encrypt, and more where nodes are far away. */
  public static int usual() {
    return Math.max(16, 8 * Runtime.getRuntime().availableProcessors());
  }

  int atOnce() {
    return atOnce;
  }

  /** One of the places; others may log in when it is closed. */
  interface Place extends AutoCloseable {
    @Override
    void close();
  }

  /** Connects a new session and logs in. */
  interface Login {
    Session perform() throws Exception;
  }

  /**
   * Logs in when it is the node's turn, as often as there was no room.
   *
   * @param abandoned cancelled when nobody needs the session any more
   * @throws Exception what the last login threw
   */
  Session session(String node, Login login, Cancellation abandoned) throws Exception {
    @Nullable Long refusedSince = null;
    Backoff backoff = new Backoff(Duration.ofMillis(100), Duration.ofSeconds(2));
    while (true) {
      try (Place _ = enter(node, false, abandoned)) {
        return login.perform();
      } catch (JSchException e) {
        refusedSince = refusedSince == null ? (Long) System.nanoTime() : refusedSince;
        boolean again = System.nanoTime() - refusedSince < LONGEST.toNanos();
        if (!again || !foundNoRoom(e)) {
          throw e;
        }
      }
      waits(node, () -> backoff.pause(abandoned));
    }
  }

  /** Waits for a place for a shell's start, before those whose sshd doesn't know them yet. */
  Place forShell(String node, Cancellation cancellation) {
    return enter(node, true, cancellation);
  }

  private Place enter(String node, boolean first, Cancellation cancellation) {
    CompletableFuture<Place> turn = new CompletableFuture<>();
    try (var _ = lock.hold()) {
      if (free > 0) {
        free--;
        return new Taken();
      }
      if (first) {
        waiting.addFirst(turn);
      } else {
        waiting.addLast(turn);
      }
    }
    try {
      waits(node, () -> cancellation.await(turn));
      return turn.join();
    } catch (RuntimeException e) {
      leave(turn);
      throw e;
    }
  }

  private static void leave(CompletableFuture<Place> turn) {
    if (!turn.cancel(false)) {
      turn.join().close(); // its turn came at that moment
    }
  }

  private void waits(String node, Runnable wait) {
    try (var _ = lock.hold()) {
      waits.computeIfAbsent(node, _ -> new Stopwatch()).begin();
      anyWaits.begin();
    }
    try {
      wait.run();
    } finally {
      try (var _ = lock.hold()) {
        stopwatch(node).end();
        anyWaits.end();
      }
    }
  }

  private Stopwatch stopwatch(String node) {
    return waits.getOrDefault(node, new Stopwatch());
  }

  private final class Taken implements Place {
    @Override
    public void close() {
      boolean passedOn = false;
      while (!passedOn) {
        CompletableFuture<Place> next;
        try (var _ = lock.hold()) {
          next = waiting.poll();
          if (next == null) {
            free++;
            return;
          }
        }
        passedOn = next.complete(new Taken()); // else it has left
      }
    }
  }

  @Override
  public int waiting() {
    try (var _ = lock.hold()) {
      return Math.toIntExact(waits.values().stream().filter(Stopwatch::runs).count());
    }
  }

  @Override
  public Duration waited(String node) {
    try (var _ = lock.hold()) {
      return stopwatch(node).total();
    }
  }

  @Override
  public Duration waitedByAny() {
    try (var _ = lock.hold()) {
      return anyWaits.total();
    }
  }

  /** Whether sshd ended the connection before it said its version; JSch has no exception for it. */
  static boolean foundNoRoom(Exception e) {
    String message = String.valueOf(e.getMessage());
    return message.contains("closed by foreign host")
        || (e.getCause() instanceof SocketException cause
            && String.valueOf(cause.getMessage()).startsWith("Connection reset"));
  }
}
