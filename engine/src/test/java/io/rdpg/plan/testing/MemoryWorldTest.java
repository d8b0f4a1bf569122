package io.rdpg.plan.testing;

import io.rdpg.plan.world.World;
import org.junit.jupiter.api.BeforeEach;

class MemoryWorldTest extends WorldContract {
  private final MemoryWorld world = new MemoryWorld();

  @BeforeEach
  void teach() {
    world.node(node()).on("true", () -> {}).succeeds("true");
    world.node(node()).put(folder() + "/any", "");
    world.node(node()).lacks(folder() + "/none");
  }

  @Override
  protected World world() {
    return world;
  }

  @Override
  protected String node() {
    return "n";
  }

  @Override
  protected String folder() {
    return "/folder";
  }
}
