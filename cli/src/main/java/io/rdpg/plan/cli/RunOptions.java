package io.rdpg.plan.cli;

import io.rdpg.plan.language.vault.Vault;
import io.rdpg.plan.run.event.Event;
import io.rdpg.plan.run.sealed.SealedFile;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the command line of {@code apply} says.
 *
 * @param workspace what it works on
 * @param reaching how its nodes are reached
 * @param vault opens what is encrypted in its variables
 */
record RunOptions(
    Workspace workspace, Input input, Mode mode, Output output, Reaching reaching, Vault vault) {

  /**
   * What is run, and where: as the command line or a sealed preview says it.
   *
   * @param plan a path, or the name of a plan in {@code plans/}
   * @param inventories empty for the usual one
   * @param extra the arguments of {@code -e}, which may be secrets
   * @param limit a host pattern
   * @param tags of the steps to be taken; empty for all
   * @param nodesAtOnce null for all
   * @param local whether it is run on the node that this machine is
   */
  record Input(
      String plan,
      List<String> inventories,
      List<String> extra,
      String limit,
      List<String> tags,
      @Nullable Integer nodesAtOnce,
      boolean local) {}

  /** What is done with it. */
  sealed interface Mode {
    /** It is performed. */
    record Apply() implements Mode {}

    /**
     * It is only shown what would be done.
     *
     * @param detailed whether the exit code shows changes
     * @param out where the preview is sealed into; null for nowhere
     */
    record Preview(boolean detailed, @Nullable SealedPlace out) implements Mode {}

    /** What a sealed preview holds is performed, and nothing else. */
    record ApplySealed(SealedFile file) implements Mode {}
  }

  /**
   * How its nodes are reached; changes nothing of what is done there.
   *
   * @param loginsAtOnce null for the usual number
   * @param askAhead whether steps' reads may be asked before their turns
   */
  record Reaching(@Nullable Integer loginsAtOnce, boolean askAhead) {}

  /**
   * How it is shown.
   *
   * @param json as JSON, one event a line
   * @param diff effects in full
   * @param verbose at the end what was asked of each node, and when
   * @param reports receives the events too
   */
  record Output(boolean json, boolean diff, boolean verbose, Event.Sink reports) {}
}
