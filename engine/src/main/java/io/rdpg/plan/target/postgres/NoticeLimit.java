package io.rdpg.plan.target.postgres;

import java.sql.SQLException;
import java.sql.SQLWarning;
import java.sql.Statement;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Passes on what a server says beside its answer, and keeps that from filling the memory: the
 * driver collects all of it until the statement has ended, so it is thrown away meanwhile where
 * there is much.
 */
final class NoticeLimit implements AutoCloseable {
  private static final int MOST_KEPT = 1_000;
  private static final long EVERY_MILLIS = 50;

  private final Statement statement;
  private final Notices notices;
  private final CountDownLatch ended = new CountDownLatch(1);
  private final Thread watching;

  /**
   * @param statement about to be executed
   */
  NoticeLimit(Statement statement, Notices notices) {
    this.statement = statement;
    this.notices = notices;
    // Not a virtual one: a driver that always has something to read may not let it run.
    this.watching = Thread.ofPlatform().daemon().name("notices").start(this::watch);
  }

  private void watch() {
    try {
      while (!ended.await(EVERY_MILLIS, TimeUnit.MILLISECONDS)) {
        if (keepsTooMany()) {
          notices.pass(statement);
          statement.clearWarnings();
        }
      }
    } catch (SQLException closed) {
      // Whoever uses it reports why.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean keepsTooMany() throws SQLException {
    int kept = 0;
    SQLWarning said = statement.getWarnings();
    while (said != null && kept <= MOST_KEPT) {
      kept++;
      said = said.getNextWarning();
    }
    return kept > MOST_KEPT;
  }

  @Override
  public void close() {
    ended.countDown();
    try {
      watching.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    notices.pass(statement);
  }
}
