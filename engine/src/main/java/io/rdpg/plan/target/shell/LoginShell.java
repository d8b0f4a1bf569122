package io.rdpg.plan.target.shell;

import io.rdpg.plan.target.Cancellation;
import java.io.OutputStream;

/** Starts shells of the user who logs in. */
record LoginShell(ShellHost host) implements UserShell {
  @Override
  public ShellHost.Running start(
      String script, OutputStream stdout, OutputStream stderr, Cancellation cancellation) {
    return host.start("exec sh -c '" + script + "'", stdout, stderr, cancellation);
  }

  @Override
  public boolean signal(String signal, ShellProcess shell) {
    return host.signal(signal, shell);
  }
}
