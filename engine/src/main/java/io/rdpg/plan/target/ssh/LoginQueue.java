package io.rdpg.plan.target.ssh;

import com.jcraft.jsch.JSchException;
import com.jcraft.jsch.Session;
import io.rdpg.plan.target.Backoff;
import io.rdpg.plan.target.Cancellation;
import java.net.SocketException;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.function.BooleanSupplier;

/**
 * Lets a limited number of nodes log in at a time, and tries those again whose sshd had no room: it
 * closes connections beyond {@code MaxStartups} before its version (sshd_config(5)). All nodes of a
 * run share one, so that hundreds of key exchanges don't make each other time out. Safe for use by
 * many threads.
 */
public final class LoginQueue {
  /** Few for the processors here, many for slow networks. */
  private static final int AT_ONCE = 32;

  /** How long a server may have no room. */
  private static final Duration LONGEST = Duration.ofSeconds(60);

  private final Semaphore places = new Semaphore(AT_ONCE, true);

  /** Connects a new session and logs in. */
  interface Login {
    Session perform() throws Exception;
  }

  /**
   * Logs in when it is its turn, as often as there was no room.
   *
   * @param wanted whether anybody still waits for it
   * @throws Exception what the last login threw
   */
  Session session(Login login, BooleanSupplier wanted) throws Exception {
    long begun = System.nanoTime();
    Backoff backoff = new Backoff(Duration.ofMillis(100), Duration.ofSeconds(2));
    while (true) {
      places.acquire();
      try {
        return login.perform();
      } catch (JSchException e) {
        boolean again = System.nanoTime() - begun < LONGEST.toNanos() && wanted.getAsBoolean();
        if (!again || !foundNoRoom(e)) {
          throw e;
        }
      } finally {
        places.release();
      }
      backoff.pause(new Cancellation());
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
