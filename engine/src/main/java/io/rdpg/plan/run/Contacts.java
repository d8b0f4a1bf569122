package io.rdpg.plan.run;

import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Failure;
import io.rdpg.plan.step.Server;
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

  /** Whatever answers is reached through the node. */
  void answered(String node, Server server) {
    answered.add(new Answered(node, unreachable(server)));
    answered.add(new Answered(node, Code.UNREACHABLE));
  }

  boolean hasAnswered(String node, Server server) {
    return answered.contains(new Answered(node, unreachable(server)));
  }

  private static Code unreachable(Server server) {
    return switch (server) {
      case NODE -> Code.UNREACHABLE;
      case POSTGRES -> Code.POSTGRES_UNREACHABLE;
      case CONSUL -> Code.CONSUL_UNREACHABLE;
    };
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
