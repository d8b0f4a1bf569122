package io.rdpg.plan.step.builtin;

import static io.rdpg.plan.language.model.Signature.Argument.optional;
import static io.rdpg.plan.language.model.Signature.Argument.required;

import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.model.Signature;
import io.rdpg.plan.language.model.Signature.Category;
import io.rdpg.plan.language.model.Signature.Kind;
import io.rdpg.plan.language.model.Signature.Role;
import io.rdpg.plan.language.model.Text;
import io.rdpg.plan.step.Args;
import io.rdpg.plan.step.Diff;
import io.rdpg.plan.step.Effect;
import io.rdpg.plan.step.Observation;
import io.rdpg.plan.step.Observations;
import io.rdpg.plan.step.Primitive;
import io.rdpg.plan.step.Read;
import io.rdpg.plan.step.Resource;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Makes a running service reload the configuration on disk. Whether it already has is read from the
 * node, so a run that was killed between writing and reloading loses nothing.
 */
public final class ReloadService implements Primitive<ReloadService.Want> {
  private static final Duration SETTLES = Duration.ofSeconds(15);

  /** Those that a program may handle as it likes ({@code signal(7)}). */
  private static final Set<String> SIGNALS =
      Set.of(
          "HUP", "INT", "QUIT", "USR1", "USR2", "ALRM", "TERM", "CONT", "TSTP", "TTIN", "TTOU",
          "URG", "WINCH", "IO", "PWR", "CHLD", "VTALRM", "PROF");

  /** A process that starts so long after a file's change has certainly read the changed file. */
  private static final Duration SURELY_AFTER = Duration.ofSeconds(2);

  /**
   * Decodes what the author wants.
   *
   * @param postgres what PostgreSQL is asked; null for other services
   * @param validate a command that must accept the files before the reload; empty for none
   * @param probe a command that must exit 0 after it; empty for none
   * @param log where the service says that it refused them; null for nowhere
   */
  public record Want(
      Read.Configuration configuration,
      Effect.How how,
      boolean newWorker,
      @Nullable Postgres postgres,
      List<Text> validate,
      List<Text> probe,
      Effect.@Nullable Log log) {}

  /**
   * What PostgreSQL is asked.
   *
   * @param loaded when it loaded its configuration, in seconds since the epoch
   */
  public record Postgres(Read.Query loaded, Effect.SqlProbes probes) {}

  /**
   * What PostgreSQL finds wrong in those of its files that have one of these names. What only a
   * restart can change is no fault. Included files are named from version 16 on.
   *
   * @see <a href="https://www.postgresql.org/docs/current/view-pg-file-settings.html">PostgreSQL,
   *     pg_file_settings</a>
   */
  private static final String ERRORS =
      """
      WITH names AS (SELECT unnest(string_to_array(?, E'\n')) AS name),
      rules AS (
        SELECT coalesce(to_jsonb(r) ->> 'file_name', current_setting('hba_file')) AS file, r.*
        FROM pg_hba_file_rules r WHERE error IS NOT NULL),
      settings AS MATERIALIZED (SELECT * FROM pg_file_settings WHERE error IS NOT NULL)
      SELECT format('%s line %s: %s', file, line_number, error)
      FROM rules WHERE regexp_replace(file, '.*/', '') IN (SELECT name FROM names)
      UNION ALL
      SELECT format('%s line %s: %s', sourcefile, sourceline, concat_ws(': ', name, error))
      FROM settings f WHERE regexp_replace(sourcefile, '.*/', '') IN (SELECT name FROM names)
        AND NOT coalesce((SELECT pending_restart FROM pg_settings s WHERE s.name = f.name), false)\
      """;

  @Override
  public Signature signature() {
    return new Signature(
        "reload_service",
        Category.RELOAD,
        "Makes a running service reload the configuration that is on disk.",
        "the running configuration is the one on disk",
        List.of(
            required("service", Kind.TEXT, "its name, for people").such("haproxy").subject(""),
            required("config", Kind.LIST, "the files that it reads")
                .such("[/etc/haproxy/haproxy.cfg]"),
            optional("systemd", Kind.TEXT, "reload this unit").such("haproxy"),
            optional(
                "signal",
                Kind.TEXT,
                "send this signal, such as HUP, to the process of `pid_file`, once it handles it"),
            optional("pid_file", Kind.TEXT, "where the service keeps its process id"),
            optional(
                "new_worker",
                Kind.BOOL,
                "false",
                "the service answers a reload with a new worker process, as `haproxy -W` does"),
            optional("command", Kind.LIST, "run this command").as(Role.COMMAND_LINE),
            optional("sql", Kind.TEXT, "run this statement in database `postgres`"),
            optional(
                "probe",
                Kind.TEXT,
                "with `sql`: a query on a new connection that must hold for the configuration to"
                    + " count as loaded"),
            optional(
                "errors",
                Kind.TEXT,
                "pg_hba_file_rules and pg_file_settings",
                "with `sql`: a query, asked before the reload, whose rows say in their first column"
                    + " what is wrong with the files"),
            optional(
                    "validate",
                    Kind.LIST,
                    "a command that must accept the files in place before the service is told")
                .as(Role.COMMAND_LINE),
            optional(
                    "probe_command",
                    Kind.LIST,
                    "a command that exits 0 within 15 s after the reload if the service took the"
                        + " files; else what it prints says why not")
                .as(Role.COMMAND_LINE),
            optional(
                "log",
                Kind.TEXT,
                "the journal of the systemd unit",
                "the service's log file, for `refused`"),
            optional(
                "refused",
                Kind.TEXT,
                "a regular expression: a line of the log since the reload in which it is found"
                    + " means that the service refused the files"),
            optional(
                "put_back",
                Kind.BOOL,
                "true",
                "keep the files that the service took, each as `.NAME.accepted` beside itself, and"
                    + " put them back when it refuses others"),
            optional(
                "stamp",
                Kind.TEXT,
                "beside the first file",
                "the file that stores what was loaded, and by which process")),
        List.of(
            new Signature.ExactlyOne(List.of("systemd", "signal", "command", "sql")),
            new Signature.Needs("signal", "pid_file"),
            new Signature.Needs("probe", "sql"),
            new Signature.Needs("errors", "sql"),
            new Signature.Needs("log", "refused"),
            new Signature.AtMostOne(List.of("probe_command", "sql")),
            new Signature.AtMostOne(List.of("refused", "sql")),
            new Signature.AtMostOne(List.of("pid_file", "systemd", "sql")),
            new Signature.AtMostOne(List.of("stamp", "sql"))),
        List.of(RegisteredFields.CHANGED),
        """
        - name: haproxy runs with it
          reload_service:
            service: haproxy
            config: [/etc/haproxy/haproxy.cfg]
            signal: USR2
            pid_file: /run/haproxy.pid
            new_worker: true
        """);
  }

  @Override
  public Want decode(Args args) {
    String service = args.requiredName("service");
    List<String> files = args.nameList("config").stream().distinct().toList();
    if (files.isEmpty()) {
      throw args.wrong("config", "names no file");
    }
    boolean putBack = !args.has("put_back") || args.flag("put_back");
    if (args.has("sql")) {
      return new Want(
          new Read.Configuration(service, files, null, null, putBack),
          new Effect.How.Sql("postgres", args.requiredSql("sql")),
          false,
          new Postgres(loaded(service), probes(args, service, files)),
          args.commandLine("validate"),
          List.of(),
          null);
    }
    boolean newWorker = args.flag("new_worker");
    Read.ProcessAt process =
        args.name("systemd")
            .<Read.ProcessAt>map(unit -> new Read.ProcessAt.Systemd(unit, newWorker))
            .or(() ->
                args.name("pid_file")
                    .map(path ->
                        new Read.ProcessAt.PidFile(path, newWorker, words(service, path, files))))
            .orElse(null);
    if (newWorker && process == null) {
      throw args.wrong("new_worker", "needs 'pid_file' or 'systemd', to find the service by");
    }
    return new Want(
        new Read.Configuration(
            service,
            files,
            args.name("stamp").orElseGet(() -> stampBeside(files)),
            process,
            putBack),
        how(args),
        newWorker,
        null,
        args.commandLine("validate"),
        args.commandLine("probe_command"),
        log(args));
  }

  private static Read.Query loaded(String service) {
    return new Read.Query(
        "postgres",
        Text.plain("SELECT extract(epoch FROM pg_conf_load_time())::float8 AS loaded"),
        List.of(),
        true,
        Set.of(new Resource.Running(service)));
  }

  private static Effect.SqlProbes probes(Args args, String service, List<String> files) {
    Set<Resource> seen = seenByProbe(service, files);
    Text names =
        Text.plain(
            files.stream()
                .map(file -> file.substring(file.lastIndexOf('/') + 1))
                .collect(Collectors.joining("\n")));
    Read.Query errors =
        args.sql("errors")
            .map(sql -> new Read.Query("postgres", sql, List.of(), true, seen))
            .orElseGet(
                () -> new Read.Query("postgres", Text.plain(ERRORS), List.of(names), true, seen));
    return new Effect.SqlProbes(
        errors,
        args.sql("probe")
            .map(sql -> new Read.Query("postgres", sql, List.of(), true, seen))
            .orElse(null));
  }

  private static Effect.@Nullable Log log(Args args) {
    if (!args.has("refused")) {
      return null;
    }
    String refused = args.requiredName("refused");
    try {
      Pattern _ = Pattern.compile(refused);
    } catch (PatternSyntaxException e) {
      throw args.wrong("refused", "is no regular expression: " + e.getDescription());
    }
    Effect.LogAt at =
        args.name("log")
            .<Effect.LogAt>map(Effect.LogAt.File::new)
            .or(() -> args.name("systemd").map(Effect.LogAt.Journal::new))
            .orElseThrow(() -> args.wrong("refused", "needs 'log', or 'systemd' for its journal"));
    return new Effect.Log(at, refused);
  }

  /** What a service's process is known by. */
  private static List<String> words(String service, String pidFile, List<String> files) {
    return Stream.of(List.of(service.split("\\s+")), List.of(pidFile), files)
        .flatMap(List::stream)
        .filter(word -> !word.isEmpty())
        .toList();
  }

  private static Set<Resource> seenByProbe(String service, List<String> files) {
    Set<Resource> seen = new HashSet<>();
    seen.add(new Resource.Running(service));
    files.forEach(file -> seen.add(new Resource.File(file)));
    return seen;
  }

  private static Effect.How how(Args args) {
    Optional<String> systemd = args.name("systemd");
    if (systemd.isPresent()) {
      return new Effect.How.Systemd(systemd.get());
    }
    if (args.has("signal")) {
      String signal = args.requiredName("signal");
      if (!SIGNALS.contains(signal.replaceFirst("^SIG", ""))) {
        throw args.wrong(
            "signal", "must be the name of a signal, such as HUP, not '" + signal + "'");
      }
      return new Effect.How.Signal(signal, args.requiredName("pid_file"));
    }
    return new Effect.How.Command(args.commandLine("command"));
  }

  private static String stampBeside(List<String> files) {
    String first = files.getFirst();
    int slash = first.lastIndexOf('/');
    return first.substring(0, slash + 1) + "." + first.substring(slash + 1) + ".loaded";
  }

  @Override
  public List<Read<?>> reads(Want want) {
    List<Read<?>> reads = new ArrayList<>();
    reads.add(want.configuration());
    Postgres postgres = want.postgres();
    if (postgres != null) {
      reads.add(postgres.loaded());
      reads.add(postgres.probes().errors());
      if (postgres.probes().holds() != null) {
        reads.add(postgres.probes().holds());
      }
    }
    return reads;
  }

  @Override
  public Set<Resource> mayTouch(Args known) {
    List<String> files = known.nameList("config");
    String stamp = known.name("stamp").orElseGet(() -> files.isEmpty() ? "" : stampBeside(files));
    Set<Resource> touched = new HashSet<>(produces(known));
    touched.add(new Resource.File(stamp));
    if (Stream.of("signal", "systemd", "command").noneMatch(known::has)) { // by SQL, or unknown how
      touched.add(new Resource.Settings());
    }
    return touched;
  }

  /** No step waits for a stamp. */
  @Override
  public Set<Resource> produces(Args known) {
    return Set.of(new Resource.Running(known.name("service").orElse("")));
  }

  @Override
  public Diff diff(Want want, Observations observations) {
    Observation.ConfigurationState state = observations.of(want.configuration());
    String service = want.configuration().service();
    if (!state.missing().isEmpty()) {
      return new Diff.Refused(
          Code.RELOAD_FAILED,
          "configuration of " + service + " is missing: " + String.join(", ", state.missing()),
          "write the file in an earlier step");
    }
    return want.postgres() == null
        ? byStamp(want, state, service)
        : byLoadTime(want, state, observations, want.postgres());
  }

  private static Diff byStamp(Want want, Observation.ConfigurationState state, String service) {
    Read.ProcessAt at = want.configuration().process();
    Observation.ProcessIdentity process = state.process();
    if (at != null && process == null) {
      return new Diff.Refused(
          Code.RELOAD_FAILED,
          service + " is not running: no process of it by " + show(at),
          "start "
              + service
              + ", then run the plan again; a process that is not known by the"
              + " service's name or files must be older than the pid file");
    }
    Instant changed = state.changed();
    if (process != null
        && changed != null
        && !process.started().isBefore(changed.plus(SURELY_AFTER))) {
      return accepted(want, state, service + " started after its configuration was written");
    }
    if (process == null ? state.isStamped(state.hash()) : state.isStampedFor(process)) {
      return accepted(want, state, service + " runs with the configuration on disk");
    }
    return reload(
        want,
        state,
        state.stamp() == null
            ? "nothing shows that " + service + " has loaded it"
            : "it changed since " + service + " loaded it");
  }

  private static Diff byLoadTime(
      Want want, Observation.ConfigurationState state, Observations observations, Postgres asked) {
    String service = want.configuration().service();
    if (!isKept(want, state)) { // certain also where a preview can't know when it was loaded
      return notKept(want, state);
    }
    Instant changed = state.changed();
    boolean loaded =
        changed != null
            && observations.of(asked.loaded()) instanceof Observation.Table table
            && table.rows().getFirst().get("loaded") instanceof Number seconds
            && seconds.doubleValue() >= changed.getEpochSecond() + changed.getNano() / 1e9;
    if (!loaded) {
      return reload(want, state, "it changed since " + service + " loaded it");
    }
    if (observations.of(asked.probes().errors()) instanceof Observation.Table errors
        && !errors.rows().isEmpty()) {
      return reload(want, state, service + " finds errors in it");
    }
    Read.Query holds = asked.probes().holds();
    boolean probed =
        holds == null
            || (observations.of(holds) instanceof Observation.Table table && table.holds());
    return probed
        ? new Diff.InSync(service + " loaded its configuration after the last change")
        : reload(want, state, "the probe does not hold");
  }

  /** In sync, unless its files are to be kept and aren't. */
  private static Diff accepted(Want want, Observation.ConfigurationState state, String because) {
    return isKept(want, state) ? new Diff.InSync(because) : notKept(want, state);
  }

  private static boolean isKept(Want want, Observation.ConfigurationState state) {
    return !want.configuration().accepted() || state.hash().equals(state.accepted());
  }

  private static Diff notKept(Want want, Observation.ConfigurationState state) {
    String service = want.configuration().service();
    return reload(
        want,
        state,
        state.accepted() == null
            ? "nothing is kept that shows that " + service + " accepted it"
            : "it changed since " + service + " accepted it");
  }

  private static Diff reload(Want want, Observation.ConfigurationState state, String because) {
    String stamp = want.configuration().stamp();
    if (stamp != null && state.stampDirectory() != null) {
      return RenderTemplate.noDirectory(state.stampDirectory(), stamp);
    }
    Effect.Stamp left =
        stamp == null
            ? null
            : new Effect.Stamp(
                stamp, state.hash(), want.configuration().process(), want.newWorker(), SETTLES);
    return new Diff.Change(
        new Effect.Reload(
            want.configuration().service(), want.how(), left, acceptance(want, state)),
        because,
        null);
  }

  private static Effect.Acceptance acceptance(Want want, Observation.ConfigurationState state) {
    return new Effect.Acceptance(
        want.configuration().files(),
        state.hash(),
        want.validate(),
        want.probe(),
        want.log(),
        want.postgres() == null ? null : want.postgres().probes(),
        want.configuration().accepted());
  }

  private static String show(Read.ProcessAt at) {
    return switch (at) {
      case Read.ProcessAt.PidFile file -> "pid file " + file.path();
      case Read.ProcessAt.Systemd systemd -> "systemd unit " + systemd.unit();
    };
  }

  @Override
  public Duration settles(Want want) {
    return SETTLES;
  }
}
