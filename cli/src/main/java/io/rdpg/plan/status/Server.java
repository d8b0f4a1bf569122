package io.rdpg.plan.status;

import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Diagnostic;
import io.rdpg.plan.language.diagnostic.ExitCode;
import io.rdpg.plan.step.Read;
import java.util.Collection;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** What of a node can be out of reach by itself. */
public enum Server {
  /** The node: its login, and with it all of its servers. */
  NODE,
  POSTGRES,
  CONSUL;

  private static final Set<Code> NO_WAY_IN =
      Set.of(
          Code.UNREACHABLE,
          Code.AUTHENTICATION_FAILED,
          Code.HOST_KEY_REFUSED,
          Code.FORWARDING_REFUSED);

  /** What one question was refused isn't said of others. */
  private static final Set<Code> ONE_QUESTION = Set.of(Code.CONSUL_REFUSED, Code.BECOME_REFUSED);

  /** The word for programs. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Who answers a read. */
  static Server of(Read<?> read) {
    return switch (read) {
      case Read.Query _ -> POSTGRES;
      case Read.Key _, Read.Registered _, Read.Service _, Read.Member _, Read.Locks _ -> CONSUL;
      case Read.FileAt _,
          Read.Placing _,
          Read.Port _,
          Read.Http _,
          Read.Probe _,
          Read.Configuration _ ->
          NODE;
    };
  }

  /** Which of them an error says to be out of reach; empty when they answered. */
  static Optional<Server> outOfReach(Diagnostic error, Collection<? extends Read<?>> asked) {
    if (NO_WAY_IN.contains(error.code())) {
      return Optional.of(NODE);
    }
    boolean unusable =
        error.code().exit() == ExitCode.NODE_UNUSABLE && !ONE_QUESTION.contains(error.code());
    return unusable || error.code() == Code.DEADLINE
        ? asked.stream().findFirst().map(Server::of)
        : Optional.empty();
  }
}
