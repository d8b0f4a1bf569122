package io.rdpg.plan.world;

import io.rdpg.plan.diag.Failure;
import io.rdpg.plan.model.Access;
import io.rdpg.plan.run.Cancellation;
import io.rdpg.plan.run.Locks;
import io.rdpg.plan.run.World;
import io.rdpg.plan.step.Answers;
import io.rdpg.plan.step.Effect;
import io.rdpg.plan.step.Look;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The real nodes and their servers. */
public final class LiveWorld implements World {
  private final Map<String, NodeServers> nodes = new LinkedHashMap<>();

  /**
   * @param accesses how each node that a step may name is reached
   * @param run the run's id, which locks say of their holder
   */
  public LiveWorld(Collection<Access> accesses, String run) {
    accesses.forEach(access -> nodes.put(access.node(), new NodeServers(access, run)));
  }

  @Override
  public Answers look(String node, Collection<? extends Look<?>> looks, Cancellation cancellation) {
    return at(node, () -> new Answers(servers(node).look(looks, cancellation)));
  }

  @Override
  public void perform(
      String node, Effect effect, Locks.@Nullable Held lock, Cancellation cancellation) {
    at(
        node,
        () -> {
          servers(node).perform(effect, lock, cancellation);
          return node;
        });
  }

  @Override
  public Locks locks(String node) {
    return servers(node).locks();
  }

  private NodeServers servers(String node) {
    return Objects.requireNonNull(nodes.get(node), () -> "no access to " + node);
  }

  /** What fails here, fails on this node. */
  private static <T> T at(String node, Supplier<T> work) {
    try {
      return work.get();
    } catch (Failure failure) {
      throw new Failure(failure.diagnostic().orOn(node), failure);
    }
  }

  @Override
  public void close() {
    nodes.values().forEach(NodeServers::close);
  }
}
