package io.rdpg.plan.target.live;

import io.rdpg.plan.language.model.NodeAccess;
import io.rdpg.plan.step.ConsulRight;
import io.rdpg.plan.step.Effect;
import io.rdpg.plan.step.Observations;
import io.rdpg.plan.step.Read;
import io.rdpg.plan.target.Account;
import io.rdpg.plan.target.Cancellation;
import io.rdpg.plan.target.Locks;
import io.rdpg.plan.target.ServerMessages;
import io.rdpg.plan.target.StepReads;
import io.rdpg.plan.target.Target;
import io.rdpg.plan.target.Traffic;
import io.rdpg.plan.target.ssh.SshClient;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads and changes the real nodes and their servers. */
public final class LiveTarget implements Target {
  private final LiveReader reader;
  private final Map<String, NodeEffects> nodes = new LinkedHashMap<>();

  /**
   * @param accesses how each node that a step may name is reached
   * @param ssh shared by all nodes of a run
   * @param run the run's id, which locks store as their holder
   */
  public LiveTarget(Collection<NodeAccess> accesses, SshClient ssh, String run) {
    reader = new LiveReader(accesses, ssh);
    accesses.forEach(access ->
        nodes.put(
            access.node(), new NodeEffects(access, ssh.turns(), run, reader.node(access.node()))));
  }

  @Override
  public Observations read(
      Account at, Collection<? extends Read<?>> reads, Cancellation cancellation) {
    return reader.read(at, reads, cancellation);
  }

  @Override
  public void readAhead(
      String node, List<StepReads> steps, StepReads.Replies replies, Cancellation cancellation) {
    reader.readAhead(node, steps, replies, cancellation);
  }

  @Override
  public void awaitChange(
      String node,
      Collection<? extends Read<?>> reads,
      Duration pause,
      Duration longest,
      Cancellation cancellation) {
    reader.awaitChange(node, reads, pause, longest, cancellation);
  }

  @Override
  public boolean perform(
      Account at,
      Effect effect,
      Locks.@Nullable Held lock,
      ServerMessages messages,
      Cancellation cancellation) {
    return LiveReader.at(
        at.node(),
        () -> effects(at.node()).perform(at.user(), effect, lock, messages, cancellation));
  }

  @Override
  public Map<String, Traffic> traffic() {
    return reader.traffic();
  }

  @Override
  public void require(String node, Set<ConsulRight> rights, Cancellation cancellation) {
    LiveReader.at(
        node,
        () -> {
          reader.node(node).consul().require(rights, cancellation);
          return null;
        });
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
    reader.close();
  }
}
