package io.rdpg.plan.testing;

import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Failure;
import io.rdpg.plan.language.model.Text;
import io.rdpg.plan.step.ContentHash;
import io.rdpg.plan.step.Effect;
import io.rdpg.plan.step.Observation;
import io.rdpg.plan.step.Read;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A node in memory: files, processes, databases, commands. */
public final class MemoryNode {
  private static final String OWNER = "nobody";

  /** A user that the node doesn't have. */
  public static final String NOBODY = "stranger";

  private static final String LOADED =
      "SELECT extract(epoch FROM pg_conf_load_time())::float8 AS loaded";

  private final String name;
  private final MemoryClock clock;
  private final Map<String, FileHere> files = new TreeMap<>();
  private final Set<String> lacking = new HashSet<>();
  private final Set<String> directories = new HashSet<>();
  private final Set<String> closed = new HashSet<>();
  private final Map<String, Observation.ProcessIdentity> processes = new LinkedHashMap<>();
  private final Map<String, Integer> reloads = new LinkedHashMap<>();

  /** The hashes of the files that services accepted last. */
  private final Map<List<String>, String> accepted = new LinkedHashMap<>();

  private final Map<String, MemorySql> databases = new LinkedHashMap<>();
  private final Map<String, Runnable> commands = new LinkedHashMap<>();
  private final Map<String, BooleanSupplier> probes = new LinkedHashMap<>();
  private final Set<String> open = new HashSet<>();
  private final Map<String, Observation.HttpReply> pages = new LinkedHashMap<>();
  private long lastPid = 100;

  private record FileHere(Observation.File file, Instant changed) {}

  MemoryNode(String name, MemoryClock clock) {
    this.name = name;
    this.clock = clock;
    database("postgres");
    loadedNow();
  }

  // --- files ---

  synchronized Observation.FileState file(String path) {
    FileHere here = files.get(path);
    if (here != null) {
      return here.file();
    }
    if (directories.contains(path)
        || files.keySet().stream().anyMatch(other -> other.startsWith(path + "/"))) {
      return new Observation.OtherFile("a directory");
    }
    String directory = missingDirectory(path);
    return directory == null ? new Observation.NoFile() : new Observation.NoDirectory(directory);
  }

  /** The directory of a path when it is not there: those are that nobody has taken away. */
  private @Nullable String missingDirectory(@Nullable String path) {
    String directory = path == null ? "" : path.substring(0, path.lastIndexOf('/'));
    boolean missing =
        !directories.contains(directory)
            && lacking.stream().anyMatch(one -> (directory + "/").startsWith(one + "/"));
    return missing ? directory : null;
  }

  synchronized Observation.Place place(Read.Placing placing) {
    return new Observation.Place(hindrance(placing), "make it before");
  }

  private @Nullable String hindrance(Read.Placing placing) {
    String directory = missingDirectory(placing.path());
    if (directory != null) {
      return "directory " + directory + " doesn't exist";
    }
    String around = placing.path().substring(0, placing.path().lastIndexOf('/'));
    if (closed.contains(around)) {
      return "user nobody may not write in " + around;
    }
    return Objects.equals(placing.owner(), NOBODY) ? "user " + NOBODY + " doesn't exist" : null;
  }

  /** Lets nothing more be written in a directory. */
  public synchronized void closes(String directory) {
    closed.add(directory);
  }

  /** Takes a directory away with all that is in it. */
  public synchronized MemoryNode lacks(String directory) {
    lacking.add(directory);
    directories.removeIf(one -> (one + "/").startsWith(directory + "/"));
    files.keySet().removeIf(path -> path.startsWith(directory + "/"));
    return this;
  }

  /** Makes a directory and those around it. */
  public synchronized void directory(String directory) {
    for (int end = directory.length(); end > 0; end = directory.lastIndexOf('/', end - 1)) {
      directories.add(directory.substring(0, end));
    }
  }

  /** Whether a directory was made. */
  public synchronized boolean hasDirectory(String directory) {
    return directories.contains(directory);
  }

  /** A file's content in clear; empty when it is not there. */
  public synchronized Optional<String> content(String path) {
    return Optional.ofNullable(files.get(path)).map(here -> here.file().content().reveal());
  }

  /** Writes a file, as somebody else would. */
  public synchronized void put(String path, String content) {
    write(new Effect.WriteFile(path, Text.plain(content), null, null, null, List.of()));
  }

  /** Removes a file, as somebody else would. */
  public synchronized void remove(String path) {
    files.remove(path);
  }

  synchronized void write(Effect.WriteFile write) {
    String hindrance = hindrance(new Read.Placing(write.path(), write.owner(), write.group()));
    if (hindrance != null) {
      throw Failure.of(Code.FILE_FAILED, write.path() + " can't be written: " + hindrance);
    }
    FileHere before = files.get(write.path());
    Observation.File old =
        before == null ? new Observation.File(Text.EMPTY, OWNER, OWNER, 0644) : before.file();
    files.put(
        write.path(),
        new FileHere(
            new Observation.File(
                Text.plain(write.content().reveal()),
                Objects.requireNonNullElse(write.owner(), old.owner()),
                Objects.requireNonNullElse(write.group(), old.group()),
                Objects.requireNonNullElse(write.mode(), old.mode())),
            clock.tick()));
  }

  // --- databases ---

  /** A database; made when it is first named. */
  public synchronized MemorySql database(String database) {
    return databases.computeIfAbsent(database, _ -> new MemorySql());
  }

  /** Whether a database is there. */
  public synchronized boolean hasDatabase(String database) {
    return databases.containsKey(database);
  }

  synchronized Observation.Rows query(Read.Query query) {
    MemorySql database = databases.get(query.database());
    return database == null
        ? new Observation.NoPlace("database " + query.database())
        : database.ask(query.sql());
  }

  void run(Effect.RunSql sql) {
    MemorySql database;
    synchronized (this) {
      database = databases.get(sql.database());
    }
    if (database == null) {
      throw Failure.of(Code.SQL_FAILED, "database \"" + sql.database() + "\" does not exist");
    }
    database.run(sql.sql());
  }

  // --- commands ---

  /** Teaches a command. */
  public synchronized MemoryNode on(String command, Runnable effect) {
    commands.put(command, effect);
    return this;
  }

  /** Teaches a command, after which another one exits 0. */
  public MemoryNode makes(String command, String probe) {
    return on(command, () -> succeeds(probe));
  }

  /** From now on a command that only reads exits 0. */
  public void succeeds(String probe) {
    tells(probe, () -> true);
  }

  /** From now on a command that only reads exits 0 when this is so at the time. */
  public synchronized MemoryNode tells(String probe, BooleanSupplier so) {
    probes.put(probe, so);
    return this;
  }

  synchronized Observation.CommandResult probe(List<Text> argv) {
    BooleanSupplier so = probes.get(line(argv));
    return new Observation.CommandResult(so != null && so.getAsBoolean() ? 0 : 1, "", "");
  }

  void run(Effect.RunCommand command) {
    Runnable effect;
    synchronized (this) {
      effect = commands.get(line(command.argv()));
    }
    if (effect == null) {
      throw Failure.of(Code.COMMAND_FAILED, "no such command: " + command.target());
    }
    effect.run();
  }

  private static String line(List<Text> argv) {
    return argv.stream().map(Text::reveal).collect(Collectors.joining(" "));
  }

  // --- ports and pages ---

  /** From now on something listens at {@code host:port}. */
  public synchronized void listens(String hostAndPort) {
    open.add(hostAndPort);
  }

  synchronized Observation.Reachable port(String hostAndPort) {
    return open.contains(hostAndPort)
        ? new Observation.Reachable(true, "")
        : new Observation.Reachable(false, "connection refused");
  }

  /** From now on a GET is answered with this. */
  public synchronized void serves(String url, int status) {
    pages.put(url, new Observation.HttpReply(status, ""));
  }

  synchronized Observation.HttpReply http(String url) {
    return pages.getOrDefault(url, new Observation.HttpReply(0, "connection refused"));
  }

  // --- processes ---

  /** Starts the process that a pid file or a systemd unit names. */
  public synchronized void start(String at) {
    Instant now = clock.tick();
    processes.put(at, new Observation.ProcessIdentity(++lastPid, now.toEpochMilli() / 10, now));
  }

  /** How many times a service was told to take its configuration. */
  public synchronized int reloads(String service) {
    return reloads.getOrDefault(service, 0);
  }

  synchronized Observation.ConfigurationState configuration(Read.Configuration read) {
    List<String> missing = new ArrayList<>();
    StringBuilder contents = new StringBuilder();
    Instant changed = null;
    for (String path : read.files()) {
      FileHere here = files.get(path);
      if (here == null) {
        missing.add(path);
      } else {
        contents.append(here.file().content().reveal());
        changed = changed == null || here.changed().isAfter(changed) ? here.changed() : changed;
      }
    }
    FileHere stamp = read.stamp() == null ? null : files.get(read.stamp());
    return new Observation.ConfigurationState(
        missing,
        ContentHash.of(Text.plain(contents.toString())),
        changed,
        stamp == null ? null : stamp.file().content().reveal().strip(),
        stamp == null ? null : stamp.changed(),
        missingDirectory(read.stamp()),
        process(read.process()),
        read.accepted() ? accepted.get(read.files()) : null);
  }

  private Observation.@Nullable ProcessIdentity process(Read.@Nullable ProcessAt at) {
    return switch (at) {
      case null -> null;
      case Read.ProcessAt.PidFile file -> processes.get(file.path());
      case Read.ProcessAt.Systemd unit -> processes.get(unit.unit());
    };
  }

  void reload(Effect.Reload reload) {
    switch (reload.how()) {
      case Effect.How.Sql sql -> {
        loadedNow();
        database(sql.database()).run(sql.sql());
      }
      case Effect.How.Command command -> run(new Effect.RunCommand(command.argv(), null, Map.of()));
      case Effect.How.Signal _, Effect.How.Systemd _, Effect.How.ConsulAgent _ -> {}
    }
    synchronized (this) {
      reloads.merge(reload.service(), 1, Integer::sum);
      Effect.Acceptance asked = reload.acceptance();
      if (asked != null && asked.putBack()) {
        accepted.put(asked.files(), asked.hash());
      }
      Effect.Stamp stamp = reload.stamp();
      if (stamp == null) {
        return;
      }
      if (stamp.newProcess() && stamp.process() != null) {
        start(
            switch (stamp.process()) {
              case Read.ProcessAt.PidFile file -> file.path();
              case Read.ProcessAt.Systemd unit -> unit.unit();
            });
      }
      Observation.ProcessIdentity process = process(stamp.process());
      if (stamp.process() != null && process == null) {
        throw Failure.of(Code.RELOAD_FAILED, reload.service() + " does not run on " + name);
      }
      put(stamp.path(), stamp.hash() + (process == null ? "" : " " + process.word()) + "\n");
    }
  }

  private void loadedNow() {
    Instant now = clock.tick();
    database("postgres")
        .observation(LOADED, Map.of("loaded", now.getEpochSecond() + now.getNano() / 1e9));
  }
}
