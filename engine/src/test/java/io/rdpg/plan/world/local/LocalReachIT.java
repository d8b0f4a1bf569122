package io.rdpg.plan.world.local;

import io.rdpg.plan.world.reach.Reach;
import io.rdpg.plan.world.reach.ReachContract;

class LocalReachIT extends ReachContract {
  @Override
  protected Reach open() {
    return new LocalReach("here");
  }
}
