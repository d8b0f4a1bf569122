package io.rdpg.plan.step;

import io.rdpg.plan.language.model.CommandLine;
import io.rdpg.plan.language.model.Plural;
import io.rdpg.plan.language.model.Text;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Something to do to a node or its servers, as data: a preview prints it, an apply performs it. */
public sealed interface Effect {

  /** What kind of effect it is. */
  default Kind kind() {
    return switch (this) {
      case WriteFile _ -> Kind.FILE_WRITE;
      case RunSql _ -> Kind.SQL_RUN;
      case PutKey _ -> Kind.KEY_PUT;
      case DeleteKey _ -> Kind.KEY_DELETE;
      case Register _ -> Kind.SERVICE_REGISTER;
      case Deregister _ -> Kind.SERVICE_DEREGISTER;
      case ForgetMember _ -> Kind.MEMBER_FORGET;
      case RunCommand _ -> Kind.COMMAND_RUN;
      case Reload _ -> Kind.SERVICE_RELOAD;
    };
  }

  /** Who takes it. */
  default Server takenBy() {
    return switch (this) {
      case RunSql _ -> Server.POSTGRES;
      case PutKey _, DeleteKey _, Register _, Deregister _, ForgetMember _ -> Server.CONSUL;
      case WriteFile _, RunCommand _, Reload _ -> Server.NODE;
    };
  }

  /** What it is done to, as a person would say it; without secrets. */
  default String target() {
    return switch (this) {
      case WriteFile file -> file.path;
      case RunSql sql -> sql.database;
      case PutKey put -> put.key;
      case DeleteKey delete -> delete.key;
      case Register register -> register.registration.id();
      case Deregister deregister -> deregister.id;
      case ForgetMember forget -> forget.name;
      case RunCommand command -> command.argv.getFirst().toString();
      case Reload reload -> reload.service;
    };
  }

  /** What is done, in one line, as a person would say it; without secrets. */
  default String summary() {
    return switch (this) {
      case WriteFile file -> "write " + file.path;
      case RunSql run -> "run in " + run.place() + ": " + run.firstLine();
      case PutKey put -> "set " + put.key + " to '" + put.value + "'";
      case DeleteKey delete -> "delete " + delete.key;
      case Register(Observation.Registration service, _) ->
          "register service " + service.name() + " as " + service.id();
      case Deregister deregister -> "deregister " + deregister.id;
      case ForgetMember forget -> "take the failed node " + forget.name + " out of Consul";
      case RunCommand command -> "run " + CommandLine.show(command.argv);
      case Reload reload -> "reload " + reload.service;
    };
  }

  /** What must be so, where it is performed, for it to be possible at all. */
  default Optional<Read.Placing> needs() {
    return this instanceof WriteFile file
        ? Optional.of(new Read.Placing(file.path, file.owner, file.group))
        : Optional.empty();
  }

  /** What it may change. */
  default Set<Resource> touches() {
    return switch (this) {
      case WriteFile file -> Set.of(new Resource.File(file.path));
      case RunSql _ -> Set.of(Resource.InPostgres.ANYTHING);
      case PutKey put -> Set.of(new Resource.Key(put.key));
      case DeleteKey delete -> Set.of(new Resource.Key(delete.key));
      case Register register -> register.services();
      case Deregister(String id, String name) ->
          Set.of(new Resource.RegisteredAs(id), new Resource.Service(name));
      case ForgetMember(String name) ->
          Set.of(new Resource.Member(name), new Resource.Service("")); // whatever it had registered
      case RunCommand _ -> Set.of(new Resource.Anything());
      case Reload(String service, _, Stamp stamp, _) when stamp != null ->
          Set.of(new Resource.Running(service), new Resource.File(stamp.path()));
      case Reload(String service, How.Sql _, _, _) ->
          Set.of(new Resource.Running(service), new Resource.Settings());
      case Reload reload -> Set.of(new Resource.Running(reload.service));
    };
  }

  /**
   * Whether it is done wholly or not at all, so that what is read afterwards says which. A command
   * may do anything; of statements that commit by themselves some may be done, or a part of one.
   */
  default boolean isAllOrNothing() {
    return switch (this) {
      case WriteFile _, PutKey _, DeleteKey _, Register _, Deregister _, ForgetMember _ -> true;
      case RunSql sql -> sql.isWhole();
      case RunCommand _ -> false;
      case Reload reload ->
          switch (reload.how) {
            case How.Signal _, How.Systemd _, How.Sql _, How.ConsulAgent _ -> true;
            case How.Command _ -> false;
          };
    };
  }

  /** The kinds of effects. The list is closed: events and sealed previews hold their words. */
  enum Kind {
    FILE_WRITE("file.write", "writes a file", "write", "file"),
    SQL_RUN("sql.run", "runs SQL", "run SQL", ""),
    KEY_PUT("key.put", "sets a key in Consul", "set", "key"),
    KEY_DELETE("key.delete", "removes a key from Consul", "delete", "key"),
    SERVICE_REGISTER(
        "service.register",
        "registers a service with the node's Consul agent",
        "register",
        "service"),
    SERVICE_DEREGISTER(
        "service.deregister",
        "deregisters a service from the node's Consul agent",
        "deregister",
        "service"),
    MEMBER_FORGET(
        "member.forget", "takes a failed node out of Consul", "forget", "member of Consul"),
    SERVICE_RELOAD(
        "service.reload", "makes a service reload its configuration", "reload", "service"),
    COMMAND_RUN("command.run", "runs a command on the node", "run", "command");

    private final String word;
    private final String meaning;
    private final String verb;
    private final String noun;

    Kind(String word, String meaning, String verb, String noun) {
      this.word = word;
      this.meaning = meaning;
      this.verb = verb;
      this.noun = noun;
    }

    /** As events have it. */
    public String word() {
      return word;
    }

    /** What such an effect does, for the reference of events. */
    public String meaning() {
      return meaning;
    }

    /** So many of the kind in the words of a sentence, such as {@code write 40 files}. */
    public String times(int n) {
      if (noun.isEmpty()) {
        return verb + (n == 1 ? " once" : " " + n + " times");
      }
      return verb + " " + Plural.of(n, noun);
    }
  }

  /**
   * Puts a file in place: a temporary file beside it, owner and mode first, fsync, validate,
   * rename.
   *
   * @param owner null to keep the present owner, or the connecting user's for a new file
   * @param group null likewise
   * @param mode permission bits; null to keep the present ones, or 0644 for a new file
   * @param validate a command that must exit 0 for the file to be put in place, {@code %s} standing
   *     for the temporary file; empty for none
   * @param backup whether what it replaces is kept as the accepted file, see {@link Acceptance},
   *     unless there is one
   */
  record WriteFile(
      String path,
      Text content,
      @Nullable String owner,
      @Nullable String group,
      @Nullable Integer mode,
      List<Text> validate,
      boolean backup)
      implements Effect {
    public WriteFile {
      validate = List.copyOf(validate);
    }

    public WriteFile(
        String path,
        Text content,
        @Nullable String owner,
        @Nullable String group,
        @Nullable Integer mode,
        List<Text> validate) {
      this(path, content, owner, group, mode, validate, false);
    }
  }

  /**
   * Runs SQL as the inventory's PostgreSQL user.
   *
   * @param server null for the node's PostgreSQL
   * @param parameters values for the statement's {@code ?} marks
   * @param transaction whether all of it is one transaction; else each statement commits by itself
   * @param retryOn SQLSTATEs after which the whole is tried again
   */
  record RunSql(
      @Nullable SqlServer server,
      String database,
      Text sql,
      List<Text> parameters,
      boolean transaction,
      Set<String> retryOn)
      implements Effect {
    public RunSql {
      parameters = List.copyOf(parameters);
      retryOn = Set.copyOf(retryOn);
    }

    /** In the node's PostgreSQL. */
    public RunSql(
        String database,
        Text sql,
        List<Text> parameters,
        boolean transaction,
        Set<String> retryOn) {
      this(null, database, sql, parameters, transaction, retryOn);
    }

    /** Whether replication carries nothing of it to other nodes: a console has nothing to carry. */
    public boolean replicatesNothing() {
      return (server != null && server.console()) || !StatementWords.changeRows(sql.reveal());
    }

    /** Lines that say less than the next one. */
    private static final Pattern SAYS_NOTHING =
        Pattern.compile("--|DO \\$|BEGIN\\b|DECLARE\\b|SET LOCAL\\b", Pattern.CASE_INSENSITIVE);

    private String place() {
      return server == null ? database : database + " at " + server.place();
    }

    private boolean isWhole() {
      String script = sql.reveal();
      return transaction
          ? !StatementWords.endTransaction(script)
          : SqlStatement.in(script).size() == 1 && !StatementWords.commitMidway(script);
    }

    /** The first line that is no comment, no bracket of a block and no setting of a session. */
    private String firstLine() {
      List<String> lines =
          sql.toString().lines().map(String::strip).filter(line -> !line.isEmpty()).toList();
      return lines.stream()
          .filter(line -> !SAYS_NOTHING.matcher(line).lookingAt())
          .findFirst()
          .or(() -> lines.stream().findFirst()) // a line that says little says more than none
          .map(line -> line.length() > 100 ? line.substring(0, 97) + "..." : line)
          .orElse("");
    }
  }

  /**
   * Sets a key in Consul, inside the held lock's transaction when there is one.
   *
   * @param ifIndex compare-and-set on this ModifyIndex, 0 for "only if absent"; null for always
   */
  record PutKey(String key, Text value, @Nullable Long ifIndex) implements Effect {}

  /** Removes a key from Consul if it is unchanged since it was read. */
  record DeleteKey(String key, long ifIndex) implements Effect {}

  /**
   * Registers a service with the node's agent.
   *
   * @param formerly the service's name under which this id was registered before; null for none
   */
  record Register(Observation.Registration registration, @Nullable String formerly)
      implements Effect {
    public Register(Observation.Registration registration) {
      this(registration, null);
    }

    private Set<Resource> services() {
      Set<Resource> things = new HashSet<>();
      things.add(new Resource.RegisteredAs(registration.id()));
      things.add(new Resource.Service(registration.name()));
      if (formerly != null) {
        things.add(new Resource.Service(formerly));
      }
      return things;
    }
  }

  /** Takes a service out of the node's agent. */
  record Deregister(String id, String name) implements Effect {}

  /** Takes a failed node out of Consul, with all that it had registered. */
  record ForgetMember(String name) implements Effect {}

  /** Runs a command on the node, without a shell. */
  record RunCommand(List<Text> argv, @Nullable Text stdin, Map<String, Text> environment)
      implements Effect {
    public RunCommand {
      argv = List.copyOf(argv);
      environment = Map.copyOf(environment);
    }
  }

  /**
   * Makes a running service take its configuration, and leaves a stamp that says which.
   *
   * @param stamp null when none is kept
   * @param acceptance how the service is asked whether it takes its files; null for not at all
   */
  record Reload(String service, How how, @Nullable Stamp stamp, @Nullable Acceptance acceptance)
      implements Effect {
    public Reload(String service, How how, @Nullable Stamp stamp) {
      this(service, how, stamp, null);
    }
  }

  /**
   * Whether a service takes its files, and what becomes of them. Files that it has accepted are
   * copied beside themselves, with owner and mode: {@code /etc/c} to {@code /etc/.c.accepted}. From
   * there they are put back, all together, when it refuses others.
   *
   * @param files those that it reads
   * @param hash of these files as they were read, see {@link Observation.ConfigurationState}; what
   *     somebody else writes meanwhile is left alone
   * @param validate a command that must exit 0 before it is reloaded; empty for none
   * @param probe a command that must exit 0 soon after; empty for none
   * @param log what it says of its reload; null when that isn't looked at
   * @param sql what it answers by SQL; null for services that speak none
   * @param putBack whether refused files are put back
   */
  record Acceptance(
      List<String> files,
      String hash,
      List<Text> validate,
      List<Text> probe,
      @Nullable Log log,
      @Nullable SqlProbes sql,
      boolean putBack) {
    public Acceptance {
      files = List.copyOf(files);
      validate = List.copyOf(validate);
      probe = List.copyOf(probe);
    }

    /** Whether the service is asked after its reload whether it took them. */
    public boolean asksAfterwards() {
      return !probe.isEmpty() || log != null || (sql != null && sql.holds() != null);
    }

    /** The same for files that are back: without the questions that may name what these bring. */
    public Acceptance withoutProbes() {
      return new Acceptance(files, hash, validate, List.of(), log, null, putBack);
    }
  }

  /**
   * Where a service tells that it refused its files.
   *
   * @param refused a regular expression; a line since the reload in which it is found means that
   */
  record Log(LogAt at, String refused) {}

  /** Where a service's log is. */
  sealed interface LogAt {
    record File(String path) implements LogAt {}

    /** {@code journalctl --unit}. */
    record Journal(String unit) implements LogAt {}
  }

  /**
   * @param errors must give no row, before it is reloaded; each row says in its first column what
   *     is wrong
   * @param holds must hold soon after; null for none
   */
  record SqlProbes(Read.Query errors, Read.@Nullable Query holds) {}

  /** How a service is made to reload its configuration. */
  sealed interface How {
    /** A signal, such as {@code HUP}, to the process that a pid file names. */
    record Signal(String signal, String pidFile) implements How {}

    /** {@code systemctl reload}. */
    record Systemd(String unit) implements How {}

    record Command(List<Text> argv) implements How {
      public Command {
        argv = List.copyOf(argv);
      }
    }

    record Sql(String database, Text sql) implements How {}

    /**
     * {@code PUT /v1/agent/reload} at the node's own agent.
     *
     * @param undo how to put back what it refuses; null when it isn't known what was there before
     */
    record ConsulAgent(@Nullable Undo undo) implements How {}
  }

  /**
   * Puts a file of a refused configuration back, unless somebody else has written it since: an
   * agent that refuses one file loads none, and doesn't start again.
   *
   * @param hash of the content that is undone
   * @param before what was there before; null for nothing
   */
  record Undo(String path, String hash, @Nullable WriteFile before) {}

  /**
   * The stamp that is written on the node after a reload: the hash of the configuration read before
   * it, and the process that loaded it.
   *
   * @param path where it is written
   * @param hash the configuration's hash as it was read
   * @param process how to find the process that loaded it; null when the stamp names none
   * @param newProcess wait until a process younger than the reload took over, as haproxy's newest
   *     worker does
   * @param deadline how long that may take
   */
  record Stamp(
      String path,
      String hash,
      Read.@Nullable ProcessAt process,
      boolean newProcess,
      Duration deadline) {}
}
