package io.rdpg.plan.step;

import io.rdpg.plan.language.model.CommandLine;
import io.rdpg.plan.language.model.Text;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One question to a node or its servers, as data. Reading changes nothing.
 *
 * @param <A> its observation
 */
public sealed interface Read<A extends Observation> {

  /** Who answers it. */
  default Server answeredBy() {
    return switch (this) {
      case Query _ -> Server.POSTGRES;
      case Key _, Registered _, Service _, Member _, Locks _ -> Server.CONSUL;
      case FileAt _, Placing _, Port _, Http _, Probe _, Configuration _ -> Server.NODE;
    };
  }

  /** The resources that it reads. */
  default Set<Resource> sees() {
    return switch (this) {
      case FileAt(String path, _) -> Set.of(new Resource.File(path));
      case Placing(String path, _, _) -> Set.of(new Resource.File(path));
      case Query query -> query.about;
      case Key(String key) -> Set.of(new Resource.Key(key));
      case Registered(String id, String name) ->
          Set.of(new Resource.RegisteredAs(id), new Resource.Service(name));
      case Service(String name) -> Set.of(new Resource.Service(name));
      case Member(String name) -> Set.of(new Resource.Member(name));
      case Locks(String prefix) -> Set.of(new Resource.Key(prefix));
      case Port _, Http _, Probe _ -> Set.of(new Resource.Anything());
      case Configuration configuration -> configuration.parts();
    };
  }

  /**
   * Whether the plan's author wrote what is asked, a command, a query or a request: it may do
   * anything, and is asked only where the plan comes to it.
   */
  default boolean byAuthor() {
    return switch (this) {
      case Probe _, Http _ -> true;
      case Query query -> query.about.contains(Resource.InPostgres.ANYTHING);
      case FileAt _,
          Placing _,
          Key _,
          Registered _,
          Service _,
          Member _,
          Locks _,
          Port _,
          Configuration _ ->
          false;
    };
  }

  /** A description for people, without secrets. */
  default String describe() {
    return switch (this) {
      case FileAt(String path, _) -> "file " + path;
      case Placing(String path, _, _) -> "whether a file may be put at " + path;
      case Query query -> "query in " + query.database + ": " + query.sql;
      case Key(String key) -> "key " + key;
      case Registered(String id, _) -> "registration " + id;
      case Service(String name) -> "service " + name;
      case Member(String name) -> "member " + name;
      case Locks(String prefix) -> "locks below " + prefix;
      case Port(String host, int port) -> "port " + host + ":" + port;
      case Http(String url) -> "GET " + url;
      case Probe probe -> "command " + CommandLine.show(probe.argv);
      case Configuration configuration -> "running configuration of " + configuration.service;
    };
  }

  /**
   * What is at a path of the node. Two of one path are the same question, whatever is expected.
   *
   * @param expected the content that a regular file probably has; null when it isn't known
   */
  record FileAt(String path, @Nullable Text expected) implements Read<Observation.FileState> {
    public FileAt(String path) {
      this(path, null);
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof FileAt file && path.equals(file.path);
    }

    @Override
    public int hashCode() {
      return path.hashCode();
    }
  }

  /**
   * Whether a file may be put at a path of the node, or put there again.
   *
   * @param owner the user that is to own it; null for the one who owns what is there
   * @param group its group; null for that of what is there
   */
  record Placing(String path, @Nullable String owner, @Nullable String group)
      implements Read<Observation.Place> {}

  /**
   * The rows of a query, run in a read-only transaction as the inventory's PostgreSQL user.
   *
   * @param server null for the node's PostgreSQL
   * @param parameters values for the query's {@code ?} marks, sent as text of unspecified type
   * @param fresh run it on a new connection, for settings that an old session keeps
   * @param about what it sees, if known
   */
  record Query(
      @Nullable SqlServer server,
      String database,
      Text sql,
      List<Text> parameters,
      boolean fresh,
      Set<Resource> about)
      implements Read<Observation.Rows> {
    public Query {
      parameters = List.copyOf(parameters);
      about = Set.copyOf(about);
    }

    /**
     * An author's query, which may be about anything in the server; its settings it has to name.
     */
    public Query(String database, Text sql) {
      this(database, sql, List.of(), false);
    }

    /** The same of another server. */
    public Query(@Nullable SqlServer server, String database, Text sql) {
      this(server, database, sql, List.of(), false, anything(server, sql));
    }

    /** The same with parameters, or on a new connection. */
    public Query(String database, Text sql, List<Text> parameters, boolean fresh) {
      this(database, sql, parameters, fresh, anything(null, sql));
    }

    /** The same in another database. */
    public Query in(String otherDatabase) {
      return new Query(server, otherDatabase, sql, parameters, fresh, about);
    }

    private static Set<Resource> anything(@Nullable SqlServer server, Text sql) {
      return server == null && StatementWords.readSettings(sql.reveal())
          ? Set.of(Resource.InPostgres.ANYTHING, new Resource.Settings())
          : Set.of(Resource.InPostgres.ANYTHING);
    }

    /** The same, about something. */
    public Query(
        String database, Text sql, List<Text> parameters, boolean fresh, Set<Resource> about) {
      this(null, database, sql, parameters, fresh, about);
    }
  }

  /** A key in Consul, read consistently. */
  record Key(String key) implements Read<Observation.KeyState> {}

  /**
   * What the node's own Consul agent has registered under an id.
   *
   * @param name the service's name, for what it touches
   */
  record Registered(String id, String name) implements Read<Observation.RegistrationState> {}

  /** Every instance of a service that the Consul catalog knows, with its health. */
  record Service(String name) implements Read<Observation.Instances> {}

  /** What Consul's catalog and gossip know of one of its own nodes, by that node's name. */
  record Member(String name) implements Read<Observation.MemberState> {}

  /**
   * Every key that begins so and that a session holds.
   *
   * @param prefix ends with {@code /}
   */
  record Locks(String prefix) implements Read<Observation.LocksHeld> {}

  /** Whether something accepts TCP connections, tried from the node. */
  record Port(String host, int port) implements Read<Observation.Reachable> {}

  /** What an HTTP GET is answered with, asked from the node. */
  record Http(String url) implements Read<Observation.HttpReply> {}

  /** A command that only reads, run on the node without a shell. */
  record Probe(List<Text> argv, Map<String, Text> environment)
      implements Read<Observation.CommandResult> {
    public Probe {
      argv = List.copyOf(argv);
      environment = Map.copyOf(environment);
    }
  }

  /**
   * Configuration files as they are on disk, the stamp that the last reload left, and the process
   * that runs with them.
   *
   * @param stamp the stamp's path; null when none is kept
   * @param process null when no process is to be identified
   * @param accepted whether the files that the service accepted last are looked at too
   */
  record Configuration(
      String service,
      List<String> files,
      @Nullable String stamp,
      @Nullable ProcessAt process,
      boolean accepted)
      implements Read<Observation.ConfigurationState> {
    public Configuration {
      files = List.copyOf(files);
    }

    public Configuration(
        String service, List<String> files, @Nullable String stamp, @Nullable ProcessAt process) {
      this(service, files, stamp, process, false);
    }

    private Set<Resource> parts() {
      Set<Resource> parts = new LinkedHashSet<>();
      parts.add(new Resource.Running(service));
      files.forEach(file -> parts.add(new Resource.File(file)));
      if (stamp != null) {
        parts.add(new Resource.File(stamp));
      }
      return parts;
    }
  }

  /** How to find a running service's process. */
  sealed interface ProcessAt {
    /**
     * By its pid file; with {@code newestWorker}, the youngest child of that process. A number that
     * is in a file proves nothing: the process must have one of the words in its name or command
     * line; else it must have been there when the file was written, and must not be init.
     *
     * @param words such as the program's name and the files that it is started with
     */
    record PidFile(String path, boolean newestWorker, List<String> words) implements ProcessAt {
      public PidFile {
        words = List.copyOf(words);
      }

      public PidFile(String path, boolean newestWorker) {
        this(path, newestWorker, List.of());
      }
    }

    /** The main process of a systemd unit; with {@code newestWorker}, its youngest child. */
    record Systemd(String unit, boolean newestWorker) implements ProcessAt {}
  }
}
