package io.rdpg.plan.primitives;

import static io.rdpg.plan.model.Signature.Argument.optional;

import io.rdpg.plan.model.Signature;
import io.rdpg.plan.model.Signature.Kind;
import io.rdpg.plan.model.Text;
import io.rdpg.plan.model.Value;
import io.rdpg.plan.step.Answer;
import io.rdpg.plan.step.Answers;
import io.rdpg.plan.step.Args;
import io.rdpg.plan.step.Awaited;
import io.rdpg.plan.step.Diff;
import io.rdpg.plan.step.Look;
import io.rdpg.plan.step.Primitive;
import io.rdpg.plan.step.Thing;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Waits until a condition holds, at most until a deadline. */
public final class WaitFor implements Primitive<WaitFor.Want> {

  /** What is waited for, and how long. */
  public record Want(Condition condition, Duration timeout, Duration every) {}

  /** What is waited for. */
  sealed interface Condition {
    Look<?> look();
  }

  record SqlHolds(Look.Query look) implements Condition {}

  /**
   * A service's instances.
   *
   * @param addresses all of these must be among them
   * @param count so many at least
   * @param passing only those whose checks pass count
   */
  record ServiceThere(Look.Service look, List<String> addresses, long count, boolean passing)
      implements Condition {}

  /**
   * A key.
   *
   * @param value null for any
   */
  record KeyThere(Look.Key look, @Nullable Text value) implements Condition {}

  record PortOpen(Look.Port look) implements Condition {}

  record HttpAnswers(Look.Http look) implements Condition {}

  record FileThere(Look.FileAt look) implements Condition {}

  /** Every peer's rows arrive, as the replication driver's own view tells. */
  record Replicating(Look.Query look, List<String> peers) implements Condition {}

  @Override
  public Signature signature() {
    return new Signature(
        "wait_for",
        "Waits until a condition holds, at most until a deadline.",
        "the condition holds",
        List.of(
            optional("sql", Kind.TEXT, "a query that gives true, or a row of anything else")
                .such("SELECT NOT pg_is_in_recovery()"),
            optional("database", Kind.TEXT, "where `sql` is asked").such("postgres"),
            optional("service", Kind.TEXT, "a Consul service's name"),
            optional(
                "addresses",
                Kind.EXPRESSION,
                "all of these addresses are registered for `service`; a list of addresses or of"
                    + " nodes, such as `cluster.nodes`"),
            optional("count", Kind.EXPRESSION, "1", "so many instances of `service` at least"),
            optional("passing", Kind.BOOL, "false", "only instances whose checks pass are counted"),
            optional("key", Kind.TEXT, "a Consul key that is there"),
            optional("value", Kind.TEXT, "what `key` holds"),
            optional("port", Kind.TEXT, "`host:port`, accepting connections from the node"),
            optional("http", Kind.TEXT, "a URL that answers a GET from the node with 2xx"),
            optional("file", Kind.TEXT, "a path that is there on the node"),
            optional(
                "replication",
                Kind.TEXT,
                "a database whose replication driver says, in the view"
                    + " `rdpg_replication.readiness (peer, ready, why)`, that rows of every one of"
                    + " `peers` arrive here"),
            optional(
                "peers",
                Kind.EXPRESSION,
                "for `replication`: a list of addresses or of nodes, such as `cluster.peers`"),
            optional("timeout", Kind.DURATION, "5m", "the deadline").such("15m"),
            optional("every", Kind.DURATION, "1s", "the longest pause between two looks")),
        List.of(
            new Signature.ExactlyOne(
                List.of("sql", "service", "key", "port", "http", "file", "replication")),
            new Signature.Needs("sql", "database"),
            new Signature.Needs("addresses", "service"),
            new Signature.Needs("count", "service"),
            new Signature.Needs("passing", "service"),
            new Signature.Needs("value", "key"),
            new Signature.Needs("replication", "peers")),
        List.of(
            new Signature.Field("found", "true"),
            new Signature.Field("value", "with `key`: what it holds"),
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
        args.duration("timeout").orElse(Duration.ofMinutes(5)),
        args.duration("every").orElse(Duration.ofSeconds(1)));
  }

  private static Condition condition(Args args) {
    if (args.has("sql")) {
      return new SqlHolds(new Look.Query(args.requiredName("database"), args.requiredText("sql")));
    }
    if (args.has("service")) {
      return new ServiceThere(
          new Look.Service(args.requiredName("service")),
          addresses(args, "addresses"),
          args.integer("count").orElse(1L),
          args.flag("passing"));
    }
    if (args.has("key")) {
      return new KeyThere(new Look.Key(args.requiredName("key")), args.text("value").orElse(null));
    }
    if (args.has("port")) {
      String target = args.requiredName("port");
      int colon = target.lastIndexOf(':');
      if (colon < 1 || !target.substring(colon + 1).matches("\\d{1,5}")) {
        throw args.wrong("port", "wants host:port, not '" + target + "'");
      }
      return new PortOpen(
          new Look.Port(target.substring(0, colon), Integer.parseInt(target.substring(colon + 1))));
    }
    if (args.has("http")) {
      return new HttpAnswers(new Look.Http(args.requiredName("http")));
    }
    if (args.has("file")) {
      return new FileThere(new Look.FileAt(args.requiredName("file")));
    }
    return new Replicating(
        new Look.Query(
            args.requiredName("replication"),
            Text.plain("SELECT peer, ready, why FROM rdpg_replication.readiness ORDER BY peer")),
        addresses(args, "peers"));
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
                      name, "wants addresses, or nodes that have one, not " + other.kind());
            })
        .toList();
  }

  @Override
  public List<Look<?>> looks(Want want) {
    return List.of(want.condition().look());
  }

  @Override
  public Set<Thing> mayTouch(Args known) {
    return Set.of();
  }

  @Override
  public Optional<Awaited> awaits(Args known) {
    if (known.has("key")) {
      return Optional.of(Awaited.of(new Thing.Key(known.requiredName("key"))));
    }
    if (known.has("service")) {
      return Optional.of(
          new Awaited(
              Set.of(new Thing.Service(known.requiredName("service"))),
              addresses(known, "addresses"),
              known.integer("count").orElse(1L)));
    }
    if (known.has("file")) {
      return Optional.of(Awaited.of(new Thing.File(known.requiredName("file"))));
    }
    return Optional.of(
        known.has("sql") || known.has("replication")
            ? Awaited.of(Thing.InPostgres.ANYTHING)
            : Awaited.ANYTHING);
  }

  @Override
  public Diff diff(Want want, Answers answers) {
    return switch (want.condition()) {
      case SqlHolds sql ->
          answers.of(sql.look()) instanceof Answer.Table table && table.holds()
              ? holds("the query holds")
              : new Diff.NotYet("the query does not hold in database " + sql.look().database());
      case ServiceThere service -> service(service, answers.of(service.look()));
      case KeyThere key -> key(key, answers.of(key.look()));
      case PortOpen port -> {
        Answer.Reachable reachable = answers.of(port.look());
        yield reachable.open()
            ? holds(port.look().describe() + " accepts connections")
            : new Diff.NotYet(port.look().describe() + ": " + reachable.detail());
      }
      case HttpAnswers http -> {
        Answer.HttpReply reply = answers.of(http.look());
        yield reply.status() / 100 == 2
            ? holds("answered " + reply.status())
            : new Diff.NotYet(
                http.look().describe()
                    + (reply.status() == 0
                        ? " has no answer: " + reply.detail()
                        : " is answered " + reply.status()));
      }
      case FileThere file ->
          switch (answers.of(file.look())) {
            case Answer.NoFile _, Answer.NoFolder _ ->
                new Diff.NotYet(file.look().describe() + " is not there");
            case Answer.File _, Answer.OtherFile _ -> holds(file.look().describe() + " is there");
          };
      case Replicating replicating -> replication(replicating, answers.of(replicating.look()));
    };
  }

  private static Diff service(ServiceThere want, Answer.Instances answer) {
    List<Answer.Instance> counted =
        answer.instances().stream().filter(i -> !want.passing() || i.passing()).toList();
    List<String> there = counted.stream().map(Answer.Instance::address).toList();
    List<String> missing =
        want.addresses().stream().filter(address -> !there.contains(address)).toList();
    String quality = want.passing() ? " passing" : "";
    if (!missing.isEmpty()) {
      return new Diff.NotYet(
          "no" + quality + " service " + want.look().name() + " at " + String.join(", ", missing));
    }
    if (counted.size() < want.count()) {
      return new Diff.NotYet(
          counted.size()
              + " of "
              + want.count()
              + quality
              + " instances of service "
              + want.look().name());
    }
    return new Diff.InSync(
        "service " + want.look().name() + " is registered at " + String.join(", ", there),
        Registered.instances(answer));
  }

  private static Diff key(KeyThere want, Answer.KeyState answer) {
    String key = want.look().describe();
    Text value = want.value();
    return switch (answer) {
      case Answer.NoKey _ -> new Diff.NotYet(key + " is not set");
      case Answer.KeyValue at when value == null ->
          new Diff.InSync(key + " is set", Registered.key(at));
      case Answer.KeyValue at when at.value().equals(value) ->
          new Diff.InSync(key + " is set", Registered.key(value));
      case Answer.KeyValue at ->
          new Diff.NotYet(
              "%s holds '%s', not '%s'".formatted(key, Registered.as(value, at.value()), value));
    };
  }

  private static Diff replication(Replicating want, Answer.Rows answer) {
    if (!(answer instanceof Answer.Table table)) {
      return new Diff.NotYet("database " + want.look().database() + " is not there");
    }
    List<String> missing = new ArrayList<>();
    for (String peer : want.peers()) {
      List<Map<String, @Nullable Object>> rows =
          table.rows().stream().filter(row -> peer.equals(row.get("peer"))).toList();
      if (rows.isEmpty()) {
        missing.add(peer + ": not subscribed to");
      }
      rows.stream()
          .filter(row -> !Boolean.TRUE.equals(row.get("ready")))
          .forEach(row -> missing.add(peer + ": " + Objects.toString(row.get("why"), "not ready")));
    }
    return missing.isEmpty()
        ? holds("rows of every peer arrive: " + String.join(", ", want.peers()))
        : new Diff.NotYet(String.join("; ", missing));
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
