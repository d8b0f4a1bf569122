package io.rdpg.plan.step;

import io.rdpg.plan.language.model.Text;
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

  /** The resources that it reads. */
  Set<Resource> sees();

  /** A description for people, without secrets. */
  String describe();

  /** What is at a path of the node. */
  record FileAt(String path) implements Read<Observation.FileState> {
    @Override
    public Set<Resource> sees() {
      return Set.of(new Resource.File(path));
    }

    @Override
    public String describe() {
      return "file " + path;
    }
  }

  /**
   * The rows of a query, run in a read-only transaction as the inventory's PostgreSQL user.
   *
   * @param parameters values for the query's {@code ?} marks, sent as text of unspecified type
   * @param fresh run it on a new connection, for settings that an old session keeps
   * @param sees what it is about, if known
   */
  record Query(String database, Text sql, List<Text> parameters, boolean fresh, Set<Resource> sees)
      implements Read<Observation.Rows> {
    public Query {
      parameters = List.copyOf(parameters);
      sees = Set.copyOf(sees);
    }

    /** An author's query, which may be about anything in the server. */
    public Query(String database, Text sql) {
      this(database, sql, List.of(), false);
    }

    /** The same with parameters, or on a new connection. */
    public Query(String database, Text sql, List<Text> parameters, boolean fresh) {
      this(database, sql, parameters, fresh, Set.of(Resource.InPostgres.ANYTHING));
    }

    @Override
    public String describe() {
      return "query in " + database + ": " + sql;
    }
  }

  /** A key in Consul, read consistently. */
  record Key(String key) implements Read<Observation.KeyState> {
    @Override
    public Set<Resource> sees() {
      return Set.of(new Resource.Key(key));
    }

    @Override
    public String describe() {
      return "key " + key;
    }
  }

  /**
   * What the node's own Consul agent has registered under an id.
   *
   * @param name the service's name, for what it touches
   */
  record Registered(String id, String name) implements Read<Observation.RegistrationState> {
    @Override
    public Set<Resource> sees() {
      return Set.of(new Resource.RegisteredAs(id), new Resource.Service(name));
    }

    @Override
    public String describe() {
      return "registration " + id;
    }
  }

  /** Every instance of a service that the Consul catalog knows, with its health. */
  record Service(String name) implements Read<Observation.Instances> {
    @Override
    public Set<Resource> sees() {
      return Set.of(new Resource.Service(name));
    }

    @Override
    public String describe() {
      return "service " + name;
    }
  }

  /** Whether something accepts TCP connections, tried from the node. */
  record Port(String host, int port) implements Read<Observation.Reachable> {
    @Override
    public Set<Resource> sees() {
      return Set.of(new Resource.Anything());
    }

    @Override
    public String describe() {
      return "port " + host + ":" + port;
    }
  }

  /** What an HTTP GET is answered with, asked from the node. */
  record Http(String url) implements Read<Observation.HttpReply> {
    @Override
    public Set<Resource> sees() {
      return Set.of(new Resource.Anything());
    }

    @Override
    public String describe() {
      return "GET " + url;
    }
  }

  /** A command that only reads, run on the node without a shell. */
  record Probe(List<Text> argv, Map<String, Text> environment)
      implements Read<Observation.CommandResult> {
    public Probe {
      argv = List.copyOf(argv);
      environment = Map.copyOf(environment);
    }

    @Override
    public Set<Resource> sees() {
      return Set.of(new Resource.Anything());
    }

    @Override
    public String describe() {
      return "command " + argv;
    }
  }

  /**
   * Configuration files as they are on disk, the stamp that the last reload left, and the process
   * that runs with them.
   *
   * @param stamp the stamp's path; null when none is kept
   * @param process null when no process is to be identified
   */
  record Configuration(
      String service, List<String> files, @Nullable String stamp, @Nullable ProcessAt process)
      implements Read<Observation.ConfigurationState> {
    public Configuration {
      files = List.copyOf(files);
    }

    @Override
    public Set<Resource> sees() {
      Set<Resource> seen = new java.util.LinkedHashSet<>();
      seen.add(new Resource.Running(service));
      files.forEach(file -> seen.add(new Resource.File(file)));
      if (stamp != null) {
        seen.add(new Resource.File(stamp));
      }
      return seen;
    }

    @Override
    public String describe() {
      return "running configuration of " + service;
    }
  }

  /** How to find a running service's process. */
  sealed interface ProcessAt {
    /** By its pid file; with {@code newestWorker}, the youngest child of that process. */
    record PidFile(String path, boolean newestWorker) implements ProcessAt {}

    /** The main process of a systemd unit. */
    record Systemd(String unit) implements ProcessAt {}
  }
}
