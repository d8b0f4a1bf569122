package io.rdpg.plan.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.rdpg.plan.testing.Eventually;
import io.rdpg.plan.trial.TrialNode;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A client that logs in as rdpg again and again, at one haproxy after the other: by the password
 * that is in the inventory, and where that is refused by the one before, as clients do that are
 * told of a new password before it is the right one.
 */
final class Logins implements AutoCloseable {
  private final LabUnderTest lab;
  private final String before;
  private final AtomicLong done = new AtomicLong();
  private final List<String> errors = new CopyOnWriteArrayList<>();
  private final Thread thread;
  private volatile boolean goOn = true;

  Logins(LabUnderTest lab) {
    this.lab = lab;
    this.before = lab.secret("rdpg");
    this.thread = Thread.ofPlatform().daemon().name("logins").start(this::run);
  }

  private void run() {
    while (goOn) {
      for (String node : lab.nodes()) {
        // The new one again: it may have become the right one between the first two.
        String now = lab.secret("rdpg");
        if (!logsIn(node, now) && !logsIn(node, before) && !logsIn(node, now)) {
          errors.add("neither password is good at " + node);
        }
        done.incrementAndGet();
      }
    }
  }

  private boolean logsIn(String node, String password) {
    try (Connection client =
        lab.connect(node, LabUnderTest.HAPROXY, "postgres", "rdpg", password)) {
      TrialNode.rows(client, "SELECT 1");
      return true;
    } catch (SQLException e) {
      if (!String.valueOf(e.getMessage()).contains("authentication failed")) {
        errors.add(node + ": " + e.getMessage());
      }
      return false;
    }
  }

  /** Waits until it has logged in at every haproxy again. */
  void awaitMore() {
    long wanted = done.get() + 2L * lab.nodes().size();
    Eventually.holds("clients log in", () -> done.get() >= wanted);
    assertThat(errors).as("errors of logins").isEmpty();
  }

  @Override
  public void close() {
    goOn = false;
    Eventually.holds("the last logins end", () -> !thread.isAlive());
    assertThat(errors).as("errors of logins").isEmpty();
  }
}
