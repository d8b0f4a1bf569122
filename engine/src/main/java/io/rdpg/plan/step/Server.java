package io.rdpg.plan.step;

import java.util.Locale;

/** What answers reads and takes effects, and can be out of reach by itself. */
public enum Server {
  /** The node: its login, and with it all of its servers. */
  NODE,
  POSTGRES,
  CONSUL;

  /** The word for programs. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
