package io.rdpg.plan.testing;

import io.rdpg.plan.target.Target;
import org.junit.jupiter.api.BeforeEach;

class MemoryTargetTest extends TargetContract {
  private final MemoryTarget target = new MemoryTarget();

  @BeforeEach
  void teach() {
    target.node(node()).on("true", () -> {}).succeeds("true");
    target.node(node()).put(directory() + "/any", "");
    target.node(node()).lacks(directory() + "/none");
  }

  @Override
  protected Target target() {
    return target;
  }

  @Override
  protected String node() {
    return "n";
  }

  @Override
  protected String directory() {
    return "/directory";
  }
}
