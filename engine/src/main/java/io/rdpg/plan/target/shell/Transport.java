package io.rdpg.plan.target.shell;

import io.rdpg.plan.target.Cancellation;
import io.rdpg.plan.target.Traffic;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A connection to one node: shells of its users, and sockets. Connects when it is first needed.
 * Safe for use by many threads.
 */
public interface Transport extends AutoCloseable {

  /**
   * Runs a script in the user's long-lived shell; scripts of one node and user run one after
   * another.
   *
   * @param cancellation ends the script, with all that it started, when it is cancelled
   * @throws io.rdpg.plan.language.diagnostic.Failure when the node can't be used, has no shell
   *     here, or the script was cancelled; a script that exits with another code than 0 is a reply
   */
  default Reply run(Script script, Cancellation cancellation) {
    return run(script, Listener.NONE, cancellation);
  }

  /**
   * The same.
   *
   * @param listener gets what the script prints while it runs
   */
  Reply run(Script script, Listener listener, Cancellation cancellation);

  /**
   * Opens a TCP connection from the node.
   *
   * @param timeout how long connecting may take
   * @throws IOException when the node is reached but the address is not
   * @throws io.rdpg.plan.language.diagnostic.Failure when the node itself can't be used
   */
  Socket open(String host, int port, Duration timeout) throws IOException;

  /**
   * Opens a connection to a Unix domain socket of the node's, as the user.
   *
   * @param path letters, digits and {@code ._/-}
   * @param timeout how long connecting may take
   * @throws IOException when the node is reached but the socket is not
   * @throws io.rdpg.plan.language.diagnostic.Failure when the node itself can't be used
   */
  Socket openUnix(String path, Duration timeout) throws IOException;

  /**
   * The same node as one of its users: scripts are run and Unix domain sockets opened by that user,
   * who is become when it is first needed. Closing it does nothing.
   *
   * @param user null for the user who logs in
   */
  Transport as(@Nullable String user);

  /** Counts what is asked of the node. */
  Traffic traffic();

  @Override
  void close();

  /** Receives the output of a script that still runs. */
  interface Listener {
    Listener NONE = (_, _) -> {};

    /**
     * More has come.
     *
     * @param stdout all that the script has printed so far, perhaps with something behind it; only
     *     to be read, and only now
     * @param length how many bytes of it count
     */
    void printed(byte[] stdout, int length);
  }

  /**
   * A POSIX shell script.
   *
   * @param text run by {@code sh} in a subshell of its own
   * @param stdin what it reads; empty for nothing
   * @param forks how many processes it starts, its own shell among them, as far as that is known
   */
  @SuppressWarnings("ArrayRecordComponent") // bytes, and scripts are never compared
  record Script(String text, byte[] stdin, int forks) {
    private static final byte[] NOTHING = {};

    public Script(String text) {
      this(text, 1);
    }

    /** One that reads nothing. */
    public Script(String text, int forks) {
      this(text, NOTHING, forks);
    }

    /** One that reads something: it comes through a pipe, whose ends are processes. */
    public Script(String text, byte[] stdin) {
      this(text, stdin, 3);
    }
  }

  /** How a script ended. */
  @SuppressWarnings("ArrayRecordComponent") // bytes, and replies are never compared
  record Reply(int exit, byte[] stdout, byte[] stderr) {
    public String out() {
      return new String(stdout, java.nio.charset.StandardCharsets.UTF_8);
    }

    public String err() {
      return new String(stderr, java.nio.charset.StandardCharsets.UTF_8);
    }
  }
}
