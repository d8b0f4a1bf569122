package io.rdpg.plan.lab;

import java.util.Locale;

/** The kinds of servers that a lab runs. */
enum ServerKind {
  SSH("TERM"),
  /** SIGINT is the fast shutdown: SIGTERM would wait for every client to leave. */
  POSTGRES("INT"),
  CONSUL("TERM"),
  PGBOUNCER("TERM"),
  HAPROXY("TERM");

  private final String stopSignal;

  ServerKind(String stopSignal) {
    this.stopSignal = stopSignal;
  }

  /** The signal that ends it in good order, without {@code SIG}. */
  String stopSignal() {
    return stopSignal;
  }

  /** Its directory in its node's directory, its log, its record, and its name for people. */
  String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
