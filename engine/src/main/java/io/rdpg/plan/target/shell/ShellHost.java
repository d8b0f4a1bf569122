package io.rdpg.plan.target.shell;

import io.rdpg.plan.target.Cancellation;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;

/** A place where {@link UserShells} live: starts command lines there as the user who logs in. */
public interface ShellHost {

  /** The node's name, for messages. */
  String node();

  /**
   * Waits until a shell may be started there.
   *
   * @return closed when the shell has started, or couldn't
   * @throws io.rdpg.plan.language.diagnostic.Failure when the node can't be used or it was
   *     cancelled
   */
  Admission admission(Cancellation cancellation);

  /** Whether it is connected now; nothing is done about it. */
  boolean isConnected();

  /** How long a shell may take to start, its rc files included. */
  Duration startTimeout();

  /** What may have made a shell's start slow, for a message; empty for nothing in particular. */
  String load();

  /**
   * Starts a process on the node, as the leader of a process group of its own. Where the connection
   * has ended since the admission, that is a failure with {@code connection_lost}.
   *
   * @param command one line for a login shell of any kind, without secrets
   * @param stdout takes what it prints; closed when no more can come
   * @param stderr likewise
   * @param cancellation ends the wait for the node
   * @throws io.rdpg.plan.language.diagnostic.Failure when the node can't be used or it was
   *     cancelled
   */
  Running start(
      String command, OutputStream stdout, OutputStream stderr, Cancellation cancellation);

  /**
   * Sends a signal to what a shell on the node runs, as {@link ShellProcess#signalling} says.
   *
   * @param signal its name without SIG
   * @return false when it may not have come there
   */
  boolean signal(String signal, ShellProcess shell);

  /** Allows a shell to start until it is closed. */
  interface Admission extends AutoCloseable {
    @Override
    void close();
  }

  /** A process that was started. */
  interface Running extends AutoCloseable {
    /**
     * Gives it input.
     *
     * @throws IOException when it takes no more
     */
    void send(byte[] input) throws IOException;

    /** Whether the process itself has ended, even if its children keep its output open. */
    boolean ended();

    /** Closes it. Does nothing a second time. */
    @Override
    void close();
  }
}
