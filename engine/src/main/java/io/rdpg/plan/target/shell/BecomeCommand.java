package io.rdpg.plan.target.shell;

import io.rdpg.plan.language.model.NodeAccess;
import java.nio.charset.StandardCharsets;

/**
 * The command that starts a shell as another user, by sudo(8), doas(1) or su(1). None of them needs
 * a terminal, and none gets a secret: a password is asked for on stderr and read from stdin.
 *
 * @param prompt what sudo asks for a password by; without spaces and quotes
 */
record BecomeCommand(NodeAccess.Become how, String user, String prompt) {
  /** A full-width colon, as Chinese prompts end with, a character a byte. */
  private static final String WIDE_COLON =
      new String("\uff1a".getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);

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

  /**
   * Whether a line without an end asks for a password.
   *
   * @param unfinished a character for each byte
   */
  boolean asks(String unfinished) {
    return switch (how.method()) {
      case SUDO -> unfinished.endsWith(prompt);
      case DOAS -> false;
      // In the node's language; what su says itself begins with its name.
      case SU -> endsWithColon(unfinished.stripTrailing()) && !unfinished.startsWith("su:");
    };
  }

  private static boolean endsWithColon(String line) {
    return line.endsWith(":") || line.endsWith(WIDE_COLON);
  }
}
