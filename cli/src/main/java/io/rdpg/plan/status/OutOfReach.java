package io.rdpg.plan.status;

import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Diagnostic;
import io.rdpg.plan.language.diagnostic.ExitCode;
import io.rdpg.plan.step.Read;
import io.rdpg.plan.step.Server;
import java.util.Collection;
import java.util.Optional;
import java.util.Set;

/** Tells by an error which server doesn't answer. */
final class OutOfReach {
  private static final Set<Code> NO_WAY_IN =
      Set.of(
          Code.UNREACHABLE,
          Code.AUTHENTICATION_FAILED,
          Code.HOST_KEY_REFUSED,
          Code.FORWARDING_REFUSED);

  /** What one question was refused isn't said of others. */
  private static final Set<Code> ONE_QUESTION = Set.of(Code.CONSUL_REFUSED, Code.BECOME_REFUSED);

  private OutOfReach() {}

  /** The one that was asked; empty when it answered. */
  static Optional<Server> by(Diagnostic error, Collection<? extends Read<?>> asked) {
    if (NO_WAY_IN.contains(error.code())) {
      return Optional.of(Server.NODE);
    }
    boolean unusable =
        error.code().exit() == ExitCode.NODE_UNUSABLE && !ONE_QUESTION.contains(error.code());
    return unusable || error.code() == Code.DEADLINE
        ? asked.stream().findFirst().map(Read::answeredBy)
        : Optional.empty();
  }
}
