package io.rdpg.plan.target.files;

import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Failure;
import io.rdpg.plan.language.model.Text;
import io.rdpg.plan.step.Effect;
import io.rdpg.plan.step.Observation;
import io.rdpg.plan.step.Read;
import io.rdpg.plan.target.Cancellation;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Whether a service takes its files: asks before and after its reload.
 *
 * @param run runs a script on the node
 */
record Verdict(
    String service,
    Effect.Acceptance asked,
    Function<String, ScriptBatch.Section> run,
    ServiceProtocol server,
    Cancellation cancellation) {
  /** How long a log is watched where nothing else tells when the reload is over. */
  private static final Duration LOG_ALONE = Duration.ofSeconds(2);

  private static final int MOST_ERRORS = 10;

  /**
   * Asks before the reload.
   *
   * @throws Refusal when the files are refused
   */
  void before() throws Refusal {
    if (!asked.validate().isEmpty()) {
      Observation.CommandResult result = command(asked.validate());
      if (result.exit() != 0) {
        throw new Refusal(
            "the configuration of %s was rejected by %s%s"
                .formatted(service, asked.validate().getFirst(), CommandScripts.tail(result)),
            "correct it and run the plan again");
      }
    }
    Optional<String> errors = errors();
    if (errors.isPresent()) {
      throw new Refusal(errors.get(), "correct it and run the plan again");
    }
  }

  private Optional<String> errors() {
    Effect.SqlProbes sql = asked.sql();
    return sql != null
            && server.query(sql.errors()) instanceof Observation.Table table
            && !table.rows().isEmpty()
        ? Optional.of(
            "%s finds errors in its configuration: %s".formatted(service, firstColumn(table)))
        : Optional.empty();
  }

  /**
   * What doesn't hold of other files that are in place, of all that is asked of these.
   *
   * @param patience how long they may need
   */
  Optional<String> lackedByOthers(Duration patience) {
    PollLoop polling = new PollLoop(patience, cancellation);
    while (true) {
      Optional<String> missing = errors().or(this::missing);
      if (missing.isEmpty() || !polling.goesOn()) {
        return missing;
      }
    }
  }

  private static String firstColumn(Observation.Table table) {
    String column = table.columns().getFirst();
    List<Map<String, @Nullable Object>> rows = table.rows();
    return rows.stream()
            .limit(MOST_ERRORS)
            .map(row -> String.valueOf(row.get(column)))
            .collect(Collectors.joining("; "))
        + (rows.size() > MOST_ERRORS ? "; and %d more".formatted(rows.size() - MOST_ERRORS) : "");
  }

  /** Where the service's log ends; empty when it isn't looked at. */
  String endOfLog() {
    Effect.Log log = asked.log();
    return log == null ? "" : said(new ServiceLog(log).end());
  }

  /**
   * Asks after the reload, until the service has taken or refused the files.
   *
   * @param end where its log ended before
   * @param patience how long it may need to take them
   * @throws Refusal when it refuses them
   */
  void after(String end, Duration patience) throws Refusal {
    boolean logAlone = asked.log() != null && asked.probe().isEmpty();
    PollLoop polling = new PollLoop(logAlone ? LOG_ALONE : patience, cancellation);
    while (true) {
      Optional<String> missing = missing();
      Optional<String> told = refusal(end);
      if (told.isPresent()) {
        throw new Refusal(
            "%s refused its configuration: %s".formatted(service, told.get()),
            "correct it and run the plan again");
      }
      if (missing.isEmpty() && !logAlone) {
        return;
      }
      if (!polling.goesOn()) {
        if (missing.isPresent()) {
          throw new Refusal(
              "%s did not take its configuration: %s".formatted(service, missing.get()),
              "check the log of %s on the node, then correct it and run the plan again"
                  .formatted(service));
        }
        return;
      }
    }
  }

  /** What does not hold yet; empty when all does. */
  private Optional<String> missing() {
    if (!asked.probe().isEmpty()) {
      Observation.CommandResult result = command(asked.probe());
      if (result.exit() != 0) {
        return Optional.of(
            "%s exited with %d%s"
                .formatted(asked.probe().getFirst(), result.exit(), CommandScripts.tail(result)));
      }
    }
    Read.Query holds = asked.sql() == null ? null : asked.sql().holds();
    boolean held =
        holds == null || (server.query(holds) instanceof Observation.Table table && table.holds());
    return held ? Optional.empty() : Optional.of("the probe does not hold");
  }

  private Optional<String> refusal(String end) {
    if (asked.log() == null) {
      return Optional.empty();
    }
    ServiceLog log = new ServiceLog(asked.log());
    return log.refusal(said(log.since(end)));
  }

  private String said(String script) {
    ScriptBatch.Section section = run.apply(script);
    if (section.exit() != 0) {
      throw cannotAsk("its log can't be read: " + section.said());
    }
    return section.said();
  }

  private Observation.CommandResult command(List<Text> argv) {
    ScriptBatch.Section section = run.apply(CommandScripts.script(argv, Map.of()));
    Observation.CommandResult result = CommandScripts.read(argv, section.exit(), section.output());
    if (result.notStarted()) {
      throw cannotAsk(argv.getFirst() + " can't be run" + CommandScripts.tail(result));
    }
    return result;
  }

  /** It may have taken them or not: nothing is put back, and nothing is stamped. */
  private Failure cannotAsk(String why) {
    return Failure.of(
        Code.RELOAD_FAILED,
        "%s can't be asked whether it takes its configuration: %s".formatted(service, why),
        "install it on the node, or see to it that the user (ansible_user, or become_user) may use it");
  }
}
