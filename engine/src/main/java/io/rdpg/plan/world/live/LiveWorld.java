package io.rdpg.plan.world.live;

import io.rdpg.plan.model.Access;
import io.rdpg.plan.step.Answers;
import io.rdpg.plan.step.Effect;
import io.rdpg.plan.step.Look;
import io.rdpg.plan.world.Cancellation;
import io.rdpg.plan.world.Locks;
import io.rdpg.plan.world.World;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The real nodes and their servers, to be looked at and acted on. */
public final class LiveWorld implements World {
  private final LiveSight sight;
  private final Map<String, NodeEffects> nodes = new LinkedHashMap<>();

  /**
   * @param accesses how each node that a step may name is reached
   * @param run the run's id, which locks say of their holder
   */
  public LiveWorld(Collection<Access> accesses, String run) {
    sight = new LiveSight(accesses);
    accesses.forEach(access ->
        nodes.put(access.node(), new NodeEffects(access, run, sight.node(access.node()))));
  }

  @Override
  public Answers look(String node, Collection<? extends Look<?>> looks, Cancellation cancellation) {
    return sight.look(node, looks, cancellation);
  }

  @Override
  public boolean perform(
      String node, Effect effect, Locks.@Nullable Held lock, Cancellation cancellation) {
    return LiveSight.at(node, () -> effects(node).perform(effect, lock, cancellation));
  }

  @Override
  public Locks locks(String node) {
    return effects(node).locks();
  }

  private NodeEffects effects(String node) {
    return Objects.requireNonNull(nodes.get(node), () -> "no access to " + node);
  }

  @Override
  public void close() {
    nodes.values().forEach(NodeEffects::close);
    sight.close();
  }
}
