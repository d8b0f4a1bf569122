package io.rdpg.plan.target.shell;

import io.rdpg.plan.language.model.NodeAccess;

/**
 * The command that starts a shell as another user, by sudo(8), doas(1) or su(1). None of them needs
 * a terminal, and none gets a secret: a password is asked for on stderr and read from stdin.
 *
 * @param prompt what sudo asks for a password by; without spaces and quotes
 */
record BecomeCommand(NodeAccess.Become how, String user, String prompt) {

  /**
   * The command line, for a login shell of any kind.
   *
   * @param script as {@link UserShell#start} wants it
   */
  String running(String script) {
    return "exec " + shell() + " -c '" + script + "'";
  }

  private String shell() {
    boolean asks = how.password() != null;
    return switch (how.method()) {
      case SUDO ->
          "sudo -H %s -u '%s' /bin/sh".formatted(asks ? "-S -p '" + prompt + "'" : "-n", user);
      // It reads passwords from a terminal only.
      case DOAS -> "doas -n -u '%s' /bin/sh".formatted(user);
      case SU -> "su -s /bin/sh '%s'".formatted(user);
    };
  }

  /** Whether a line without an end asks for a password. */
  boolean asks(String unfinished) {
    return switch (how.method()) {
      case SUDO -> unfinished.endsWith(prompt);
      case DOAS -> false;
      // In the node's language; what su says itself begins with its name.
      case SU -> unfinished.stripTrailing().endsWith(":") && !unfinished.startsWith("su:");
    };
  }
}
