package io.rdpg.plan.run;

/**
 * The one place where effects pass or stop. Every step looks through a gate; only an open one has a
 * world behind it that can act.
 */
sealed interface Gate {
  /** What steps look at. */
  Sight sight();

  /** Effects are performed, as far as they are permitted. */
  record Open(World world, Permit permit) implements Gate {
    @Override
    public Sight sight() {
      return world;
    }
  }

  /** A preview: effects are laid over what later steps see. */
  record Closed(Forecast forecast, Findings findings) implements Gate {
    @Override
    public Sight sight() {
      return forecast;
    }
  }

  /** Walked to see whether there is anything to do at all: the first difference ends the walk. */
  record Rehearsal(Sight sight) implements Gate {}
}
