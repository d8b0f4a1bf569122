package io.rdpg.plan.run;

import io.rdpg.plan.language.model.Signature;
import io.rdpg.plan.step.Args;
import io.rdpg.plan.step.Diff;
import io.rdpg.plan.step.Effect;
import io.rdpg.plan.step.Observations;
import io.rdpg.plan.step.Primitive;
import io.rdpg.plan.step.Read;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** A primitive of a third party whose change is never seen, however long one looks. */
final class SlowTarget implements Primitive<String> {
  @Override
  public Signature signature() {
    return new Signature(
        "slow",
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
  public Diff diff(String want, Observations observations) {
    return new Diff.Change(
        List.of(new Effect.Deregister("nothing", "nothing")), "never", null, true, Map.of());
  }

  @Override
  public Duration settles(String want) {
    return Duration.ofMinutes(5);
  }
}
