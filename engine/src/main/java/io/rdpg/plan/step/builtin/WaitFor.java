package io.rdpg.plan.step.builtin;

import static io.rdpg.plan.language.model.Signature.Argument.optional;

import io.rdpg.plan.language.model.Signature;
import io.rdpg.plan.language.model.Signature.Category;
import io.rdpg.plan.language.model.Signature.Kind;
import io.rdpg.plan.language.model.Signature.Role;
import io.rdpg.plan.language.model.Text;
import io.rdpg.plan.language.model.Value;
import io.rdpg.plan.step.Args;
import io.rdpg.plan.step.AwaitedState;
import io.rdpg.plan.step.ConsulRight;
import io.rdpg.plan.step.Diff;
import io.rdpg.plan.step.Endpoint;
import io.rdpg.plan.step.Observation;
import io.rdpg.plan.step.Observations;
import io.rdpg.plan.step.Primitive;
import io.rdpg.plan.step.Read;
import io.rdpg.plan.step.Resource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Waits until a condition holds, at most until a deadline. */
public final class WaitFor implements Primitive<WaitFor.Want> {
  private static final String READINESS = "rdpg_replication.readiness";
  private static final Pattern VIEW = Pattern.compile("[A-Za-z_]\\w*(\\.[A-Za-z_]\\w*)?");

  /**
   * What is waited for, and how long.
   *
   * @param by addresses of nodes without each of which the condition can't become true
   */
  public record Want(Condition condition, List<String> by, Duration timeout, Duration every) {}

  /** What is waited for. */
  sealed interface Condition {
    Read<?> read();
  }

  record SqlHolds(Read.Query read) implements Condition {}

  /**
   * A service's instances.
   *
   * @param addresses all of these must be among them
   * @param count so many at least
   * @param passing only those whose checks pass count
   */
  record ServiceThere(Read.Service read, List<String> addresses, long count, boolean passing)
      implements Condition {}

  /**
   * A key.
   *
   * @param value null for any
   */
  record KeyThere(Read.Key read, @Nullable Text value) implements Condition {}

  /** A key with any value but this. */
  record KeyChanged(Read.Key read, Text value) implements Condition {}

  record PortOpen(Read.Port read) implements Condition {}

  record HttpAnswers(Read.Http read) implements Condition {}

  record FileThere(Read.FileAt read) implements Condition {}

  /** Every peer's rows arrive, according to the replication driver's view. */
  record Replicating(Read.Query read, List<String> peers) implements Condition {}

  @Override
  public Signature signature() {
    return new Signature(
        "wait_for",
        Category.WAIT,
        "Waits until a condition holds, at most until a deadline.",
        "the condition holds",
        List.of(
            optional("sql", Kind.TEXT, "a query whose result is true, or a row of anything else")
                .such("SELECT NOT pg_is_in_recovery()"),
            optional("database", Kind.TEXT, "the database for `sql`")
                .such("postgres")
                .subject("in"),
            SqlServerArgument.argument(),
            optional("service", Kind.TEXT, "a Consul service's name")
                .subject("service")
                .as(Role.RESOURCE, Role.OTHER_NODES),
            optional(
                "addresses",
                Kind.EXPRESSION,
                "all of these addresses are registered for `service`; a list of addresses or of"
                    + " nodes, such as `cluster.nodes`"),
            optional("count", Kind.EXPRESSION, "1", "the minimum number of instances of `service`"),
            optional("passing", Kind.BOOL, "false", "only instances whose checks pass are counted"),
            optional("key", Kind.TEXT, "a Consul key that exists")
                .subject("key")
                .as(Role.RESOURCE, Role.OTHER_NODES),
            optional("value", Kind.TEXT, "the value of `key`"),
            optional("other_than", Kind.TEXT, "`key` has a value, and not this one"),
            optional("port", Kind.TEXT, "`host:port`, accepting connections from the node")
                .subject("port"),
            optional("http", Kind.TEXT, "a URL that answers a GET from the node with 2xx")
                .subject(""),
            optional("file", Kind.TEXT, "a path that exists on the node")
                .subject("file")
                .as(Role.RESOURCE),
            optional(
                    "replication",
                    Kind.TEXT,
                    "a database whose replication driver says, in `view`, that rows of every one of"
                        + " `peers` arrive here")
                .subject("replication")
                .as(Role.OTHER_NODES),
            optional(
                "peers",
                Kind.EXPRESSION,
                "for `replication`: a list of addresses or of nodes, such as `cluster.peers`"),
            optional(
                "view",
                Kind.TEXT,
                READINESS,
                "for `replication`: the driver's view, with columns `peer`, `ready` and `why`"),
            optional(
                    "by",
                    Kind.EXPRESSION,
                    "nodes, or their addresses, without each of which the condition can't become true:"
                        + " when one of them has failed in this run, the wait ends at once")
                .as(Role.OTHER_NODES),
            optional(
                    "timeout",
                    Kind.DURATION,
                    "5m",
                    "the deadline; to be given, see rule `wait_without_deadline`")
                .such("15m")
                .as(Role.DEADLINE),
            optional("every", Kind.DURATION, "1s", "the longest pause between two reads")),
        List.of(
            new Signature.ExactlyOne(
                List.of("sql", "service", "key", "port", "http", "file", "replication")),
            new Signature.Needs("sql", "database"),
            new Signature.Needs("database", "sql"),
            new Signature.Needs("server", "sql"),
            new Signature.Needs("addresses", "service"),
            new Signature.Needs("count", "service"),
            new Signature.Needs("passing", "service"),
            new Signature.Needs("value", "key"),
            new Signature.Needs("other_than", "key"),
            new Signature.AtMostOne(List.of("value", "other_than")),
            new Signature.Needs("replication", "peers"),
            new Signature.Needs("peers", "replication"),
            new Signature.Needs("view", "replication"),
            new Signature.AtMostOne(List.of("by", "replication"))),
        List.of(
            new Signature.Field("found", "true"),
            new Signature.Field("value", "with `key`: its value"),
            new Signature.Field("instances", "with `service`: all that are registered")),
        """
        - name: every node of the cluster is registered
          wait_for:
            service: "{{ cluster.id }}"
            addresses: cluster.nodes
            timeout: 5m
        """);
  }

  @Override
  public Want decode(Args args) {
    return new Want(
        condition(args),
        addresses(args, "by"),
        args.duration("timeout").orElse(Duration.ofMinutes(5)),
        args.duration("every").orElse(Duration.ofSeconds(1)));
  }

  private static Condition condition(Args args) {
    if (args.has("sql")) {
      return new SqlHolds(
          new Read.Query(
              SqlServerArgument.of(args), args.requiredName("database"), args.requiredSql("sql")));
    }
    if (args.has("service")) {
      return new ServiceThere(
          new Read.Service(args.requiredName("service")),
          addresses(args, "addresses"),
          args.integer("count").orElse(1L),
          args.flag("passing"));
    }
    if (args.has("other_than")) {
      return new KeyChanged(new Read.Key(args.requiredKey("key")), args.requiredText("other_than"));
    }
    if (args.has("key")) {
      return new KeyThere(new Read.Key(args.requiredKey("key")), args.text("value").orElse(null));
    }
    if (args.has("port")) {
      Endpoint target = args.requiredEndpoint("port");
      return new PortOpen(new Read.Port(target.host(), target.port()));
    }
    if (args.has("http")) {
      return new HttpAnswers(new Read.Http(args.requiredUrl("http")));
    }
    if (args.has("file")) {
      return new FileThere(new Read.FileAt(args.requiredName("file")));
    }
    return new Replicating(
        new Read.Query(
            args.requiredName("replication"),
            Text.plain("SELECT peer, ready, why FROM " + view(args) + " ORDER BY peer")),
        addresses(args, "peers"));
  }

  private static String view(Args args) {
    String name = args.name("view").orElse(READINESS);
    if (!VIEW.matcher(name).matches()) {
      throw args.wrong("view", "must be a view's name, not '" + name + "'");
    }
    return name;
  }

  /** Addresses from a list of strings or of maps that have an {@code address}. */
  private static List<String> addresses(Args args, String name) {
    return args.values(name).stream()
        .map(value ->
            switch (value) {
              case Value.Str str -> str.toString();
              case Value.Mapping map when map.get("address") instanceof Value.Str str ->
                  str.toString();
              case Value other ->
                  throw args.wrong(
                      name, "must be addresses, or nodes that have one, not " + other.kind());
            })
        .toList();
  }

  @Override
  public List<Read<?>> reads(Want want) {
    return List.of(want.condition().read());
  }

  @Override
  public Set<Resource> mayTouch(Args known) {
    return Set.of();
  }

  @Override
  public Optional<AwaitedState> awaits(Args known) {
    if (known.has("key")) {
      return Optional.of(AwaitedState.of(new Resource.Key(known.requiredName("key"))));
    }
    if (known.has("service")) {
      return Optional.of(
          new AwaitedState(
              Set.of(new Resource.Service(known.requiredName("service"))),
              addresses(known, "addresses"),
              known.integer("count").orElse(1L)));
    }
    if (known.has("file")) {
      return Optional.of(AwaitedState.of(new Resource.File(known.requiredName("file"))));
    }
    return Optional.of(
        known.has("sql") || known.has("replication")
            ? AwaitedState.of(Resource.InPostgres.ANYTHING)
            : AwaitedState.ANYTHING);
  }

  @Override
  public Set<ConsulRight> rights(Args known) {
    return ConsulRight.toRead(known);
  }

  @Override
  public Diff diff(Want want, Observations observations) {
    Diff diff = compared(want.condition(), observations);
    return diff instanceof Diff.NotYet notYet ? notYet.by(want.by()) : diff;
  }

  private static Diff compared(Condition condition, Observations observations) {
    return switch (condition) {
      case SqlHolds sql ->
          observations.of(sql.read()) instanceof Observation.Table table && table.holds()
              ? holds("the query holds")
              : new Diff.NotYet("the query does not hold in database " + sql.read().database());
      case ServiceThere service -> service(service, observations.of(service.read()));
      case KeyThere key -> key(key, observations.of(key.read()));
      case KeyChanged key -> changed(key, observations.of(key.read()));
      case PortOpen port -> {
        Observation.Reachable reachable = observations.of(port.read());
        yield reachable.open()
            ? holds(port.read().describe() + " accepts connections")
            : new Diff.NotYet(port.read().describe() + ": " + reachable.detail());
      }
      case HttpAnswers http -> {
        Observation.HttpReply reply = observations.of(http.read());
        yield reply.status() / 100 == 2
            ? holds("answered " + reply.status())
            : new Diff.NotYet(
                http.read().describe()
                    + (reply.status() == 0
                        ? " has no answer: " + reply.detail()
                        : " answers " + reply.status()));
      }
      case FileThere file ->
          switch (observations.of(file.read())) {
            case Observation.NoFile _, Observation.NoDirectory _ ->
                new Diff.NotYet(file.read().describe() + " doesn't exist");
            case Observation.File _, Observation.OtherFile _ ->
                holds(file.read().describe() + " exists");
          };
      case Replicating replicating -> replication(replicating, observations.of(replicating.read()));
    };
  }

  private static Diff service(ServiceThere want, Observation.Instances observation) {
    List<Observation.Instance> counted =
        observation.instances().stream().filter(i -> !want.passing() || i.passing()).toList();
    List<String> there = counted.stream().map(Observation.Instance::address).toList();
    List<String> missing =
        want.addresses().stream().filter(address -> !there.contains(address)).toList();
    String quality = want.passing() ? " passing" : "";
    if (!missing.isEmpty()) {
      return new Diff.NotYet(
          "no" + quality + " service " + want.read().name() + " at " + String.join(", ", missing),
          Set.copyOf(missing));
    }
    if (counted.size() < want.count()) {
      return new Diff.NotYet(
          counted.size()
              + " of "
              + want.count()
              + quality
              + " instances of service "
              + want.read().name());
    }
    return new Diff.InSync(
        "service " + want.read().name() + " is registered at " + String.join(", ", there),
        RegisteredFields.instances(observation));
  }

  private static Diff key(KeyThere want, Observation.KeyState observation) {
    String key = want.read().describe();
    Text value = want.value();
    return switch (observation) {
      case Observation.NoKey _ -> new Diff.NotYet(key + " is not set");
      case Observation.KeyValue at when value == null ->
          new Diff.InSync(key + " is set", RegisteredFields.key(at));
      case Observation.KeyValue at when at.value().equals(value) ->
          new Diff.InSync(key + " is set", RegisteredFields.key(value));
      case Observation.KeyValue at ->
          new Diff.NotYet(
              "%s holds '%s', not '%s'"
                  .formatted(key, RegisteredFields.as(value, at.value()), value));
    };
  }

  private static Diff changed(KeyChanged want, Observation.KeyState observation) {
    String key = want.read().describe();
    return switch (observation) {
      case Observation.NoKey _ -> new Diff.NotYet(key + " is not set");
      case Observation.KeyValue at when at.value().equals(want.value()) ->
          new Diff.NotYet("%s still holds '%s'".formatted(key, want.value()));
      case Observation.KeyValue at ->
          new Diff.InSync(
              key + " holds another value",
              RegisteredFields.key(RegisteredFields.as(want.value(), at.value())));
    };
  }

  private static Diff replication(Replicating want, Observation.Rows observation) {
    if (!(observation instanceof Observation.Table table)) {
      return new Diff.NotYet("database " + want.read().database() + " doesn't exist");
    }
    List<String> missing = new ArrayList<>();
    Set<String> waited = new HashSet<>();
    for (String peer : want.peers()) {
      List<Map<String, @Nullable Object>> rows =
          table.rows().stream().filter(row -> peer.equals(row.get("peer"))).toList();
      if (rows.isEmpty()) {
        missing.add(peer + ": not subscribed to");
      }
      rows.stream()
          .filter(row -> !Boolean.TRUE.equals(row.get("ready")))
          .forEach(row -> {
            missing.add(peer + ": " + Objects.toString(row.get("why"), "not ready"));
            waited.add(peer);
          });
    }
    return missing.isEmpty()
        ? holds("rows of every peer arrive: " + String.join(", ", want.peers()))
        : new Diff.NotYet(String.join("; ", missing), waited);
  }

  private static Diff holds(String because) {
    return new Diff.InSync(because, Map.of("found", true));
  }

  @Override
  public Optional<Duration> waits(Want want) {
    return Optional.of(want.timeout());
  }

  @Override
  public Duration polls(Want want) {
    return want.every();
  }
}
