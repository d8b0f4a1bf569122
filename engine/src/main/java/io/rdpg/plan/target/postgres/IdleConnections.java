package io.rdpg.plan.target.postgres;

import java.sql.Connection;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Keeps some connections of each database for what comes next: to log in costs more than to ask.
 * Safe for use by many threads.
 */
final class IdleConnections {
  /** Of one database; so many of our reads are seldom under way at once. */
  private static final int MOST = 3;

  private final Map<String, Deque<Connection>> idle = new HashMap<>();

  /** One for the caller alone, the one that was used last; null when there is none. */
  synchronized @Nullable Connection take(String database) {
    Deque<Connection> some = idle.get(database);
    return some == null ? null : some.pollLast();
  }

  /** Keeps one; false when there are enough. */
  synchronized boolean keep(String database, Connection connection) {
    Deque<Connection> some = idle.computeIfAbsent(database, _ -> new ArrayDeque<>());
    return some.size() < MOST && some.add(connection);
  }

  /** Ends all of them. */
  void close() {
    Map<String, Deque<Connection>> all;
    synchronized (this) {
      all = new HashMap<>(idle);
      idle.clear();
    }
    all.values().forEach(some -> some.forEach(PostgresConnections::closeQuietly));
  }
}
