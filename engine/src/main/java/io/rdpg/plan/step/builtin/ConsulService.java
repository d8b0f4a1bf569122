package io.rdpg.plan.step.builtin;

import static io.rdpg.plan.language.model.Signature.Argument.optional;
import static io.rdpg.plan.language.model.Signature.Argument.required;

import io.rdpg.plan.language.model.Signature;
import io.rdpg.plan.language.model.Signature.Category;
import io.rdpg.plan.language.model.Signature.Kind;
import io.rdpg.plan.language.model.Signature.Role;
import io.rdpg.plan.step.Args;
import io.rdpg.plan.step.ConsulRight;
import io.rdpg.plan.step.Diff;
import io.rdpg.plan.step.Effect;
import io.rdpg.plan.step.Observation;
import io.rdpg.plan.step.Observations;
import io.rdpg.plan.step.Primitive;
import io.rdpg.plan.step.Read;
import io.rdpg.plan.step.Resource;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Keeps a service registered with the node's own Consul agent. */
public final class ConsulService implements Primitive<ConsulService.Want> {
  private static final Duration SHORTEST_INTERVAL = Duration.ofSeconds(1);

  /**
   * Decodes what the author wants.
   *
   * @param registration null when it is to be gone
   */
  public record Want(Read.Registered read, Observation.@Nullable Registration registration) {}

  @Override
  public Signature signature() {
    return new Signature(
        "consul_service",
        Category.SERVICE,
        "Keeps a service registered with the node's own Consul agent.",
        "the agent's registration equal",
        List.of(
            optional("id", Kind.TEXT, "the name", "unique on the agent"),
            required("name", Kind.TEXT, "the service's name")
                .such("\"{{ cluster.id }}\"")
                .subject("service")
                .as(Role.RESOURCE),
            optional("address", Kind.TEXT, "its address; by default the agent's"),
            optional("port", Kind.INT, "its port"),
            optional("tags", Kind.LIST, "its tags"),
            optional(
                "check",
                Kind.MAP,
                "one of `tcp`, `http`, `script` (a list), with `interval` (1s or more) and"
                    + " `timeout`; or `ttl`"),
            optional("absent", Kind.BOOL, "deregister it")),
        List.of(),
        List.of(RegisteredFields.CHANGED),
        """
        - name: register this node
          consul_service:
            id: "{{ cluster.id }}-{{ node.name }}"
            name: "{{ cluster.id }}"
            address: "{{ node.address }}"
            port: "{{ pg.port }}"
            check: {tcp: "{{ node.address }}:{{ pg.port }}", interval: 10s, timeout: 5s}
        """);
  }

  @Override
  public Want decode(Args args) {
    String name = args.requiredName("name");
    String id = args.name("id").orElse(name);
    Read.Registered read = new Read.Registered(id, name);
    if (args.flag("absent")) {
      return new Want(read, null);
    }
    return new Want(
        read,
        new Observation.Registration(
            id,
            name,
            args.name("address").orElse(null),
            args.has("port") ? args.requiredPort("port") : 0,
            args.nameList("tags"),
            args.nested("check").map(ConsulService::check).orElse(null)));
  }

  private static Observation.Check check(Args args) {
    args.allow("tcp", "http", "ttl", "script", "interval", "timeout");
    List<String> types =
        args.names().stream().filter(List.of("tcp", "http", "ttl", "script")::contains).toList();
    if (types.size() != 1) {
      throw args.wrong("check", "needs exactly one of tcp, http, ttl and script");
    }
    String type = types.getFirst();
    switch (type) {
      case "tcp" -> args.requiredEndpoint("tcp");
      case "http" -> args.requiredUrl("http");
      case "ttl" -> moreThanNone(args, "ttl");
      default -> commandLine(args);
    }
    if (type.equals("ttl")) {
      refuseWithTtl(args, "interval");
      refuseWithTtl(args, "timeout");
    } else {
      interval(args);
      moreThanNone(args, "timeout");
    }
    return new Observation.Check(
        type,
        args.nameList(type),
        args.name("interval").orElse(null),
        args.name("timeout").orElse(null));
  }

  private static void commandLine(Args args) {
    if (args.nameList("script").stream().findFirst().orElse("").isBlank()) {
      throw args.wrong("script", "names no command");
    }
  }

  private static void refuseWithTtl(Args args, String name) {
    if (args.has(name)) {
      throw args.wrong(
          name, "has no meaning beside ttl: somebody tells Consul the state, it asks nobody");
    }
  }

  private static void interval(Args args) {
    Duration interval =
        duration(args, "interval")
            .orElseThrow(() -> args.wrong("interval", "is missing: how often is it checked?"));
    if (interval.compareTo(SHORTEST_INTERVAL) < 0) {
      throw args.wrong("interval", "must be at least 1s: Consul checks no more often");
    }
  }

  private static void moreThanNone(Args args, String name) {
    if (duration(args, name).filter(Duration::isZero).isPresent()) {
      throw args.wrong(name, "must be more than 0s");
    }
  }

  /** As Consul reads it, which refuses the registration else. */
  private static Optional<Duration> duration(Args args, String name) {
    return args.name(name)
        .map(written ->
            GoDuration.parse(written)
                .orElseThrow(() ->
                    args.wrong(
                        name, "must be a duration such as 10s or 1m30s, not '" + written + "'")));
  }

  @Override
  public List<Read<?>> reads(Want want) {
    return List.of(want.read());
  }

  @Override
  public Set<Resource> mayTouch(Args known) {
    return Set.of(
        new Resource.RegisteredAs(known.name("id").or(() -> known.name("name")).orElse("")),
        new Resource.Service("")); // the id may be another service's so far
  }

  @Override
  public Set<Resource> produces(Args known) {
    return known.flag("absent")
        ? Set.of()
        : Set.of(new Resource.Service(known.name("name").orElse("")));
  }

  @Override
  public Set<ConsulRight> rights(Args known) {
    return known
        .name("name")
        .<Set<ConsulRight>>map(name -> Set.of(new ConsulRight.Service(name, true)))
        .orElse(Set.of());
  }

  @Override
  public Diff diff(Want want, Observations observations) {
    Observation.RegistrationState state = observations.of(want.read());
    Observation.Registration wanted = want.registration();
    return wanted == null ? gone(want.read(), state) : kept(wanted, state);
  }

  private static Diff gone(Read.Registered read, Observation.RegistrationState state) {
    return switch (state) {
      case Observation.NoRegistration _ -> new Diff.InSync("it is not registered");
      case Observation.Existing(Observation.Registration its, boolean _) ->
          new Diff.Change(new Effect.Deregister(read.id(), its.name()), "it is registered", null);
      case Observation.LeftBehind(Observation.Registration its) ->
          new Diff.Change(
              new Effect.Deregister(read.id(), its.name()), "only the catalog still has it", null);
    };
  }

  private static Diff kept(Observation.Registration wanted, Observation.RegistrationState state) {
    return switch (state) {
      case Observation.NoRegistration _ ->
          new Diff.Change(new Effect.Register(wanted), "it is not registered", null);
      case Observation.LeftBehind _ ->
          new Diff.Change(
              new Effect.Register(wanted),
              "it is not registered: only the catalog still has what was",
              null);
      case Observation.Existing(Observation.Registration its, boolean followed)
          when its.equals(wanted) ->
          followed
              ? new Diff.InSync("the agent's registration is equal")
              : new Diff.Change(
                  new Effect.Register(wanted),
                  "the catalog isn't told of it: the token it was registered with may be gone, or Consul's"
                      + " servers don't answer",
                  null);
      case Observation.Existing(Observation.Registration its, boolean _) ->
          new Diff.Change(
              new Effect.Register(wanted, its.name()),
              "the agent's registration differs",
              RegistrationDiff.of(its, wanted));
    };
  }
}
