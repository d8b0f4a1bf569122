package io.rdpg.plan.target.ssh;

import com.jcraft.jsch.JSchException;
import io.rdpg.plan.system.Mutex;
import io.rdpg.plan.target.Cancellation;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * Connections through programs on a node, on SSH sessions of their own: an sshd starts no more
 * processes in one than its {@code MaxSessions} (10), and shells need that room too. A session is
 * opened when the ones before it are full.
 */
final class Relays implements AutoCloseable {
  /** So many sessions at most; with the usual {@code MaxSessions} room for 80 connections. */
  private static final int MOST = 8;

  private final Supplier<SshSession> another;
  private final Mutex lock = new Mutex();
  private final List<SshSession> sessions = new ArrayList<>();

  /**
   * @param another makes a session to the node, not yet connected
   */
  Relays(Supplier<SshSession> another) {
    this.another = another;
  }

  /**
   * A connection from the node.
   *
   * @throws RelayProgram.NoRoomException when no session has room for one more
   * @see RelayProgram#open
   */
  Socket open(String host, int port, Duration timeout) throws IOException {
    for (int i = 0; ; i++) {
      SshSession session = session(i);
      try {
        return session.begun(
            new Cancellation(), opened -> RelayProgram.open(opened, host, port, timeout));
      } catch (JSchException e) {
        throw session.lost(e);
      } catch (RelayProgram.NoRoomException e) {
        if (i == MOST - 1) {
          throw e;
        }
      }
    }
  }

  private SshSession session(int index) {
    try (var _ = lock.hold()) {
      if (sessions.size() == index) {
        sessions.add(another.get());
      }
      return sessions.get(index);
    }
  }

  @Override
  public void close() {
    try (var _ = lock.hold()) {
      sessions.forEach(SshSession::close);
    }
  }
}
