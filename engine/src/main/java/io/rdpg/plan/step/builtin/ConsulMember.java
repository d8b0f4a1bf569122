package io.rdpg.plan.step.builtin;

import static io.rdpg.plan.language.model.Signature.Argument.required;

import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.model.Signature;
import io.rdpg.plan.language.model.Signature.Category;
import io.rdpg.plan.language.model.Signature.Kind;
import io.rdpg.plan.step.Args;
import io.rdpg.plan.step.ConsulRight;
import io.rdpg.plan.step.Diff;
import io.rdpg.plan.step.Effect;
import io.rdpg.plan.step.Observation;
import io.rdpg.plan.step.Observations;
import io.rdpg.plan.step.Primitive;
import io.rdpg.plan.step.Read;
import io.rdpg.plan.step.Resource;
import java.util.List;
import java.util.Set;

/**
 * Takes a node out of Consul whose agent is gone for good, with all that it had registered: what
 * only its own agent could deregister otherwise. Refuses while that agent is alive.
 */
public final class ConsulMember implements Primitive<Read.Member> {

  @Override
  public Signature signature() {
    return new Signature(
        "consul_member",
        Category.SERVICE,
        "Takes a node out of Consul whose agent has failed, with all that it had registered.",
        "Consul knows no such node",
        List.of(
            required("name", Kind.TEXT, "the node's name in Consul").such("sc3").subject("member"),
            required("absent", Kind.BOOL, "`true`; an agent enters Consul by itself")),
        List.of(),
        List.of(RegisteredFields.CHANGED),
        """
        - name: Consul has forgotten sc3
          consul_member: {name: sc3, absent: true}
        """);
  }

  @Override
  public Read.Member decode(Args args) {
    if (!args.flag("absent")) {
      throw args.wrong("absent", "must be true: an agent enters Consul by itself");
    }
    return new Read.Member(args.requiredName("name"));
  }

  @Override
  public List<Read<?>> reads(Read.Member want) {
    return List.of(want);
  }

  @Override
  public Set<Resource> mayTouch(Args known) {
    return Set.of(
        new Resource.Member(known.name("name").orElse("")),
        new Resource.Service("")); // whatever it had registered
  }

  @Override
  public Set<ConsulRight> rights(Args known) {
    return Set.of(
        new ConsulRight.Operator(), new ConsulRight.Node(known.name("name").orElse(""), true));
  }

  @Override
  public Diff diff(Read.Member want, Observations observations) {
    return switch (observations.of(want)) {
      case Observation.NoMember _ -> new Diff.InSync("Consul knows no such node");
      case Observation.Member(boolean alive, _) when alive ->
          new Diff.Refused(
              Code.CONSUL_WRITE_REFUSED,
              "the Consul agent of '" + want.name() + "' is alive, so Consul would enter it again",
              "stop that agent (consul leave), or let it deregister its services itself");
      case Observation.Member _ ->
          new Diff.Change(
              new Effect.ForgetMember(want.name()), "Consul's other agents can't reach it", null);
    };
  }
}
