package io.rdpg.plan.world.files;

import io.rdpg.plan.world.local.LocalReach;
import io.rdpg.plan.world.reach.Reach;

class LocalFilesIT extends FilesContract {
  @Override
  protected Reach open() {
    return new LocalReach("here");
  }
}
