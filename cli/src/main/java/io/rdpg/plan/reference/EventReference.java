package io.rdpg.plan.reference;

import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.ExitCode;
import io.rdpg.plan.run.event.ReadTiming;
import io.rdpg.plan.run.event.Status;
import io.rdpg.plan.step.Effect;
import java.util.LinkedHashMap;
import java.util.Map;

/** The closed lists that programs rely on: events, statuses, effects, error codes, exit codes. */
public final class EventReference {
  /**
   * Each kind of event and the fields that it has beyond {@code event}, {@code time}, {@code run}.
   */
  static final Map<String, String> EVENTS =
      ordered(
          "run_started",
          "plan, inventory, nodes, mode (apply, preview), user, sudo_user, host, version (of"
              + " rdpg-plan), project (its folder), commit (of the project, +dirty when its files"
              + " differ from it), chosen [file, others: not taken, though they have its name];"
              + " what isn't known is null",
          "step_started",
          "node, plan, step, label, id, item, on, user, line, primitive",
          "waiting",
          "as step_started, and for, note, elapsed_ms, deadline_ms",
          "server_said",
          "as step_started, and severity, message: what a server says beside its answer, such"
              + " as PostgreSQL's NOTICE and WARNING; at most 20 for an effect",
          "looking",
          "of a preview that takes more than a second, before it reports any step: at {node: id"
              + " of a step} of nodes that are not finished, nodes, elapsed_ms",
          "logins_waiting",
          "once a second while nodes wait for their turn to log in, at last with 0: waiting,"
              + " nodes (how many the run has)",
          "lock_acquired",
          "node, key, session",
          "lock_released",
          "node, key, session",
          "lock_left",
          "of a lock that could not be released: node, key, session, free_within_ms (when its"
              + " session has run out)",
          "lock_lost",
          "node, key, session",
          "step_finished",
          "as step_started, and status, why, effects [kind, target, summary, diff],"
              + " duration_ms, error (as diagnostic; null for none), because [ids of steps,"
              + " another node's as NODE: ID], reads (when it was asked what decided it, see"
              + " below)",
          "node_asked",
          "what was asked of a node in the whole run: node, connections [kind (shell, sql,"
              + " consul, endpoint), user (of a shell; null for the one who logs in), database (of sql),"
              + " connects,"
              + " requests (round trips), forks (as far as known), sent_bytes, received_bytes,"
              + " waited_ms (of parallel requests the sum)]",
          "diagnostic",
          "code, message, hint, node, file, line, column",
          "run_finished",
          "mode, nodes {name: {status: count}}, duration_ms, exit_code");

  private EventReference() {}

  public static String markdown() {
    StringBuilder page = new StringBuilder();
    page.append("# Events and codes\n\n");
    page.append(
        "<!-- Written by `./rdpg-plan explain events > docs/events.md`; a test compares it ");
    page.append("with the code. -->\n\n");
    page.append("`-o json` prints one event a line and nothing else on stdout; the journal ");
    page.append(
        "`runs/<run>/events.ndjson` holds the same lines: in `.rdpg-plan` of the project, ");
    page.append("without one in `~/.local/state/rdpg-plan`. Every event has `event`, `time` ");
    page.append("(RFC 3339, UTC) and `run`. Fields are only ever added.\n\n");
    table(page, "event", "its other fields", EVENTS);
    page.append("\n## Statuses of a step\n\n");
    Map<String, String> statuses = new LinkedHashMap<>();
    for (Status status : Status.values()) {
      statuses.put(status.word(), meaning(status));
    }
    table(page, "status", "meaning", statuses);
    page.append("\n## When a step's reads were asked\n\n");
    Map<String, String> timings = new LinkedHashMap<>();
    for (ReadTiming timing : ReadTiming.values()) {
      timings.put(timing.word(), timing.text());
    }
    table(page, "reads", "meaning", timings);
    page.append("\n## Effects\n\n");
    Map<String, String> effects = new LinkedHashMap<>();
    for (Effect.Kind kind : Effect.Kind.values()) {
      effects.put(kind.word(), kind.meaning());
    }
    table(page, "kind", "what it does", effects);
    page.append("\n## Exit codes\n\n");
    Map<String, String> exits = new LinkedHashMap<>();
    for (ExitCode exit : ExitCode.values()) {
      exits.put(String.valueOf(exit.number()), meaning(exit));
    }
    table(page, "exit code", "meaning", exits);
    page.append("\n## Error codes\n\n");
    Map<String, String> codes = new LinkedHashMap<>();
    for (Code code : Code.values()) {
      codes.put(code.word(), String.valueOf(code.exit().number()));
    }
    table(page, "code", "exit code", codes);
    return page.toString();
  }

  private static String meaning(Status status) {
    return switch (status) {
      case OK -> "in sync: nothing to do";
      case CHANGED -> "done, and reading again finds it in sync";
      case SKIPPED -> "skipped: `when` is false, or none of its tags was selected";
      case FAILED -> "failed; ends the run on its node";
      case WOULD_CHANGE -> "a preview's: an apply would perform these effects";
      case TENTATIVE -> "a preview's: depends on what an earlier step would change";
    };
  }

  static String meaning(ExitCode exit) {
    return switch (exit) {
      case DONE -> "done, or in sync";
      case STEP_FAILED -> "a step failed";
      case NOT_UNDERSTOOD -> "invalid plan, inventory or command line; nothing contacted";
      case NODE_UNUSABLE -> "a node or its servers can't be used";
      case LOCK -> "a lock was not obtained, or was lost";
      case DIFFERS_AFTER -> "applied, but reading again shows a difference";
      case PREVIEW_OUTDATED -> "a sealed preview no longer fits";
      case CHANGES_FOUND ->
          "a preview found changes (only with `--detailed-exitcode`), or `status` found something"
              + " that is not well";
      case INTERRUPTED -> "interrupted; locks released";
    };
  }

  private static void table(
      StringBuilder page, String first, String second, Map<String, String> rows) {
    page.append("| ").append(first).append(" | ").append(second).append(" |\n|---|---|\n");
    rows.forEach((word, meaning) ->
        page.append("| `").append(word).append("` | ").append(meaning).append(" |\n"));
  }

  private static Map<String, String> ordered(String... pairs) {
    Map<String, String> map = new LinkedHashMap<>();
    for (int i = 0; i < pairs.length; i += 2) {
      map.put(pairs[i], pairs[i + 1]);
    }
    return map;
  }
}
