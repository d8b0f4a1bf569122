package io.rdpg.plan.target.postgres;

import java.sql.Connection;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Keeps some connections to a server for what comes next: to log in costs more than to ask. Safe
 * for use by many threads.
 */
final class IdleConnections {
  /** Few, since others need the server's connections too. */
  private static final int MOST = 4;

  private record Idle(String database, Connection connection) {}

  /** The one that was used last is at the end. */
  private final Deque<Idle> idle = new ArrayDeque<>();

  /** One for the caller alone, the one that was used last; null when there is none. */
  synchronized @Nullable Connection take(String database) {
    for (Iterator<Idle> some = idle.descendingIterator(); some.hasNext(); ) {
      Idle one = some.next();
      if (one.database().equals(database)) {
        some.remove();
        return one.connection();
      }
    }
    return null;
  }

  /** Keeps one, and ends the one that was used longest ago when there are too many. */
  void keep(String database, Connection connection) {
    Idle surplus;
    synchronized (this) {
      idle.addLast(new Idle(database, connection));
      surplus = idle.size() > MOST ? idle.removeFirst() : null;
    }
    if (surplus != null) {
      PostgresConnections.closeQuietly(surplus.connection());
    }
  }

  /** Ends all of them. */
  void close() {
    List<Idle> all;
    synchronized (this) {
      all = new ArrayList<>(idle);
      idle.clear();
    }
    all.forEach(one -> PostgresConnections.closeQuietly(one.connection()));
  }
}
