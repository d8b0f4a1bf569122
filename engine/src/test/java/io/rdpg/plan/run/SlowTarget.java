package io.rdpg.plan.run;

import io.rdpg.plan.language.model.Signature;
import io.rdpg.plan.step.Args;
import io.rdpg.plan.step.Diff;
import io.rdpg.plan.step.Effect;
import io.rdpg.plan.step.Observations;
import io.rdpg.plan.step.Primitive;
import io.rdpg.plan.step.Read;
import io.rdpg.plan.step.Resource;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A primitive of a third party whose change is never seen, however long one looks. */
final class SlowTarget implements Primitive<String> {
  @Override
  public Signature signature() {
    return new Signature(
        "slow",
        Signature.Category.OTHER,
        "Never settles.",
        "never",
        List.of(),
        List.of(),
        List.of(),
        "- {name: s, slow: {}}");
  }

  @Override
  public String decode(Args args) {
    return "";
  }

  @Override
  public List<Read<?>> reads(String want) {
    return List.of(new Read.Key("never"));
  }

  @Override
  public Set<Resource> mayTouch(Args known) {
    return Set.of(new Resource.Anything());
  }

  @Override
  public Diff diff(String want, Observations observations) {
    return new Diff.Change(
        List.of(new Effect.Deregister("nothing", "nothing")), "never", null, true, Map.of());
  }

  @Override
  public Duration settles(String want) {
    return Duration.ofMinutes(5);
  }
}
