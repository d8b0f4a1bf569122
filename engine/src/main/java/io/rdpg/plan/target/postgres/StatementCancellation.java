package io.rdpg.plan.target.postgres;

import io.rdpg.plan.target.Cancellation;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Ends a statement when its step is cancelled: asks the server to, again and again, since a request
 * that comes between two statements does nothing; at last cuts the connection.
 */
final class StatementCancellation implements AutoCloseable {
  private static final int REQUESTS = 10;

  private final Statement statement;
  private final CountDownLatch ended = new CountDownLatch(1);
  private final Cancellation.Registration registration;

  StatementCancellation(Statement statement, Cancellation cancellation) {
    this.statement = statement;
    this.registration = cancellation.onCancel(() -> Thread.startVirtualThread(this::end));
  }

  private void end() {
    try {
      for (int request = 0; request < REQUESTS; request++) {
        requestCancel();
        if (ended.await(300, TimeUnit.MILLISECONDS)) {
          return;
        }
      }
      statement.getConnection().abort(Runnable::run);
    } catch (SQLException closedMeanwhile) {
      // It ended, which is what was wanted.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void requestCancel() {
    try {
      statement.cancel();
    } catch (SQLException unreachable) {
      // Asked again, and then the connection is cut.
    }
  }

  @Override
  public void close() {
    ended.countDown();
    registration.close();
  }
}
