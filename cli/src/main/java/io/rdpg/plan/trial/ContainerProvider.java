package io.rdpg.plan.trial;

import io.rdpg.plan.language.diagnostic.Failure;
import java.nio.file.Path;
import java.util.List;

/**
 * Starts the nodes of a lab's inventory as containers. It needs a library for containers, so it is
 * in a module of its own, and found by {@link java.util.ServiceLoader}.
 */
public interface ContainerProvider {
  /**
   * Starts them, and waits until their servers answer.
   *
   * @param workingDirectory where plans are run: they and what they use are looked up there
   * @param inventories as they are given to {@code -i}; at least one
   * @param image the Debian image that nodes are made from, such as {@code debian:bookworm}
   * @throws Failure when the inventory is not that of a lab
   * @throws RuntimeException of the library for containers, when a node doesn't start
   */
  TestBed start(PlanProgram program, Path workingDirectory, List<Path> inventories, String image);
}
