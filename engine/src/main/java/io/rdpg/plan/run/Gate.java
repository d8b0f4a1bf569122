package io.rdpg.plan.run;

import io.rdpg.plan.forecast.Outlook;
import io.rdpg.plan.world.Sight;
import io.rdpg.plan.world.World;

/** The one place where effects pass or stop. Only an open gate has a world that can act. */
sealed interface Gate {

  /** Effects are performed, as far as they are permitted. */
  record Open(World world, Permit permit) implements Gate {}

  /** Walked to see whether there is anything to do at all: the first difference ends the walk. */
  record Rehearsal(Sight sight) implements Gate {}

  /**
   * A preview: effects are laid over what later steps see.
   *
   * @param rehearsal ends at the first difference
   */
  record Closed(Outlook outlook, boolean rehearsal) implements Gate {}
}
