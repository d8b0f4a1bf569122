package io.rdpg.plan.run;

import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Failure;
import io.rdpg.plan.step.Effect;
import io.rdpg.plan.step.Read;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Which servers of which nodes have answered in this run. When one of those is out of reach, that
 * may pass; one that has never answered is likely not there at all. Safe for use by many threads.
 */
final class Contacts {
  /** Errors that pass by themselves, as restarts and elections do. */
  private static final Set<Code> PASSING =
      Set.of(
          Code.CONNECTION_LOST,
          Code.UNREACHABLE,
          Code.POSTGRES_UNREACHABLE,
          Code.PEER_UNREACHABLE,
          Code.CONSUL_UNREACHABLE,
          Code.NO_CONSUL_LEADER);

  private final Set<Answered> answered = ConcurrentHashMap.newKeySet();

  /** A server, by the code that says that it is out of reach. */
  private record Answered(String node, Code unreachable) {}

  void answered(String node, Read<?> read) {
    answered(
        node,
        switch (read) {
          case Read.Query _ -> Code.POSTGRES_UNREACHABLE;
          case Read.Key _, Read.Registered _, Read.Service _, Read.Locks _, Read.Member _ ->
              Code.CONSUL_UNREACHABLE;
          case Read.FileAt _,
              Read.Placing _,
              Read.Port _,
              Read.Http _,
              Read.Probe _,
              Read.Configuration _ ->
              Code.UNREACHABLE;
        });
  }

  void answered(String node, Effect effect) {
    answered(
        node,
        switch (effect) {
          case Effect.RunSql _ -> Code.POSTGRES_UNREACHABLE;
          case Effect.PutKey _,
              Effect.DeleteKey _,
              Effect.Register _,
              Effect.Deregister _,
              Effect.ForgetMember _ ->
              Code.CONSUL_UNREACHABLE;
          case Effect.WriteFile _, Effect.RunCommand _, Effect.Reload _ -> Code.UNREACHABLE;
        });
  }

  /** Whatever answers is reached through the node. */
  private void answered(String node, Code unreachable) {
    answered.add(new Answered(node, unreachable));
    answered.add(new Answered(node, Code.UNREACHABLE));
  }

  /** Whether an error is of a kind that may pass by itself. */
  static boolean passes(Failure failure) {
    return PASSING.contains(failure.diagnostic().code());
  }

  /** Whether an error is an outage of something that was in reach in this run. */
  boolean isOutage(String node, Failure failure) {
    Code code = failure.diagnostic().code();
    return passes(failure)
        && (code == Code.CONNECTION_LOST
            || code == Code.PEER_UNREACHABLE
            || code == Code.NO_CONSUL_LEADER
            || answered.contains(new Answered(node, code)));
  }
}
