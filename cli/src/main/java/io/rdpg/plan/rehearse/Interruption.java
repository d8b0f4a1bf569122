package io.rdpg.plan.rehearse;

import java.util.Locale;

/** What happens to a run right after a step, while all its nodes stand still. */
public enum Interruption {
  /** The run is killed; the node that it was at comes last when the plan is run again. */
  KILL("the run is killed"),
  /** The run sleeps until its leases have run out and another run has come to its end. */
  PAUSE("the run sleeps past its lease, and another run comes"),
  /** Consul ends the run's session: whoever wants its locks may have them. */
  LOST_SESSION("the run's Consul session ends"),
  /** PostgreSQL ends at the node, and starts again after a few seconds. */
  RESTART("PostgreSQL is restarted at its node"),
  /** The connection to the node is cut; commands that run there die. */
  CUT("the connection to its node is cut"),
  /** Another run of the same plan begins. */
  SECOND_RUN("a second run of the plan begins");

  private final String meaning;

  Interruption(String meaning) {
    this.meaning = meaning;
  }

  /** As the command line writes it. */
  public String word() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /**
   * Whether what the run has asked or been given before may be untrue after it. The others do the
   * same after a step that only asks as after the step before it.
   */
  boolean outdates() {
    return switch (this) {
      case PAUSE, LOST_SESSION, SECOND_RUN -> true;
      case KILL, RESTART, CUT -> false;
    };
  }

  /** What happens, as a clause. */
  public String meaning() {
    return meaning;
  }
}
