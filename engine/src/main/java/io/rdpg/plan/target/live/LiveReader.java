package io.rdpg.plan.target.live;

import io.rdpg.plan.language.diagnostic.Failure;
import io.rdpg.plan.language.model.NodeAccess;
import io.rdpg.plan.step.Observations;
import io.rdpg.plan.step.Read;
import io.rdpg.plan.target.Account;
import io.rdpg.plan.target.Cancellation;
import io.rdpg.plan.target.StateReader;
import io.rdpg.plan.target.StepReads;
import io.rdpg.plan.target.Traffic;
import io.rdpg.plan.target.ssh.SshClient;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Reads the real nodes and their servers. None of its classes can perform an effect or take a lock.
 */
public final class LiveReader implements StateReader, AutoCloseable {
  private final Map<String, NodeReader> nodes = new LinkedHashMap<>();

  /**
   * @param accesses how each node that a step may name is reached
   * @param ssh shared by all nodes of a run
   */
  public LiveReader(Collection<NodeAccess> accesses, SshClient ssh) {
    accesses.forEach(access -> nodes.put(access.node(), new NodeReader(access, ssh)));
  }

  @Override
  public Observations read(
      Account at, Collection<? extends Read<?>> reads, Cancellation cancellation) {
    return at(
        at.node(), () -> new Observations(node(at.node()).read(at.user(), reads, cancellation)));
  }

  @Override
  public void readAhead(
      String node, List<StepReads> steps, StepReads.Replies replies, Cancellation cancellation) {
    at(
        node,
        () -> {
          node(node).readAhead(steps, replies, cancellation);
          return null;
        });
  }

  @Override
  public void awaitChange(
      String node,
      Collection<? extends Read<?>> reads,
      Duration pause,
      Duration longest,
      Cancellation cancellation) {
    at(
        node,
        () -> {
          node(node).awaitChange(reads, pause, longest, cancellation);
          return null;
        });
  }

  @Override
  public Map<String, Traffic> traffic() {
    Map<String, Traffic> all = new LinkedHashMap<>();
    nodes.forEach((node, reader) -> all.put(node, reader.transport().traffic()));
    return all;
  }

  NodeReader node(String name) {
    return Objects.requireNonNull(nodes.get(name), () -> "no access to " + name);
  }

  /** What fails here, fails on this node. */
  static <T extends @Nullable Object> T at(String node, Supplier<T> work) {
    try {
      return work.get();
    } catch (Failure failure) {
      throw new Failure(failure.diagnostic().orOn(node), failure);
    }
  }

  /** Ends all connections. */
  @Override
  public void close() {
    nodes.values().forEach(NodeReader::close);
  }
}
