package io.rdpg.plan.target.shell;

import io.rdpg.plan.target.Cancellation;
import java.io.OutputStream;

/** How a shell of one of a node's users is started, and how what runs in it gets signals. */
sealed interface UserShell permits LoginShell, BecomeShell {

  /** Where the user who logs in starts commands. */
  ShellHost host();

  /**
   * Starts one that runs a script.
   *
   * @param script one line without single quotes, backslash quotes or {@code !}, so that login
   *     shells of every kind hand it on unchanged; without secrets
   * @param stdout takes what it prints; closed when no more can come
   * @param stderr likewise
   * @param cancellation ends the wait for the node
   * @throws io.rdpg.plan.language.diagnostic.Failure when the node can't be used, the user can't be
   *     become, or it was cancelled
   */
  ShellHost.Running start(
      String script, OutputStream stdout, OutputStream stderr, Cancellation cancellation);

  /**
   * Sends a signal to what a shell of the user's runs, as {@link ShellProcess#signalling} says.
   *
   * @param signal its name without SIG
   * @return false when it may not have come there
   */
  boolean signal(String signal, ShellProcess shell);
}
