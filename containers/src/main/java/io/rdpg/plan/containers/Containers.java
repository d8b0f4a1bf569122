package io.rdpg.plan.containers;

import io.rdpg.plan.trial.ContainerProvider;
import io.rdpg.plan.trial.PlanProgram;
import io.rdpg.plan.trial.TestBed;
import java.nio.file.Path;
import java.util.List;

/** Containers for whoever asks for them by {@link java.util.ServiceLoader}. */
public final class Containers implements ContainerProvider {
  @Override
  public TestBed start(
      PlanProgram program, Path workingDirectory, List<Path> inventories, String image) {
    return ContainerTestBed.start(program, workingDirectory, inventories, image);
  }
}
