package io.rdpg.plan.world.live;

import io.rdpg.plan.diag.Failure;
import io.rdpg.plan.model.Access;
import io.rdpg.plan.step.Answers;
import io.rdpg.plan.step.Look;
import io.rdpg.plan.world.Cancellation;
import io.rdpg.plan.world.Sight;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;

/**
 * The real nodes and their servers, to be looked at. Nothing that it is made of can perform an
 * effect or take a lock.
 */
public final class LiveSight implements Sight, AutoCloseable {
  private final Map<String, NodeSight> nodes = new LinkedHashMap<>();

  /**
   * @param accesses how each node that a step may name is reached
   */
  public LiveSight(Collection<Access> accesses) {
    accesses.forEach(access -> nodes.put(access.node(), new NodeSight(access)));
  }

  @Override
  public Answers look(String node, Collection<? extends Look<?>> looks, Cancellation cancellation) {
    return at(node, () -> new Answers(node(node).look(looks, cancellation)));
  }

  NodeSight node(String name) {
    return Objects.requireNonNull(nodes.get(name), () -> "no access to " + name);
  }

  /** What fails here, fails on this node. */
  static <T> T at(String node, Supplier<T> work) {
    try {
      return work.get();
    } catch (Failure failure) {
      throw new Failure(failure.diagnostic().orOn(node), failure);
    }
  }

  /** Ends all connections. */
  @Override
  public void close() {
    nodes.values().forEach(NodeSight::close);
  }
}
