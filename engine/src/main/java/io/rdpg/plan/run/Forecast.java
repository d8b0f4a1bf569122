package io.rdpg.plan.run;

import io.rdpg.plan.model.Text;
import io.rdpg.plan.step.Answer;
import io.rdpg.plan.step.Answers;
import io.rdpg.plan.step.Effect;
import io.rdpg.plan.step.Look;
import io.rdpg.plan.step.Thing;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The world as it would be after the effects that a preview has found: keys, files and
 * registrations as they were foretold, everything else that an effect may have touched unknown.
 * Used by one thread at a time.
 */
final class Forecast implements Sight {
  private final Sight world;
  private final List<Laid> laid = new ArrayList<>();

  Forecast(Sight world) {
    this.world = world;
  }

  /**
   * An effect that would have been performed.
   *
   * @param by the step's id
   */
  private record Laid(String node, Effect effect, String by) {

    /** Keys and services are the same seen from every node; the rest is a node's own. */
    boolean touches(String seenFrom, Thing thing) {
      boolean shared = thing instanceof Thing.Key || thing instanceof Thing.Service;
      return (shared || node.equals(seenFrom))
          && effect.touches().stream().anyMatch(thing::mayChangeWith);
    }
  }

  /** Lays effects over what is seen from now on. */
  void lay(String node, List<Effect> effects, String by) {
    effects.forEach(effect -> laid.add(new Laid(node, effect, by)));
  }

  @Override
  public Answers look(String node, Collection<? extends Look<?>> looks, Cancellation cancellation) {
    Map<Look<?>, Answer> answers = new HashMap<>();
    List<Look<?>> real = new ArrayList<>();
    for (Look<?> look : looks) {
      List<Laid> on = laid.stream().filter(one -> touchesAny(one, node, look.sees())).toList();
      if (on.isEmpty()) {
        real.add(look);
      } else {
        answers.put(look, foretold(node, look, on, cancellation));
      }
    }
    if (!real.isEmpty()) {
      Answers asked = world.look(node, real, cancellation);
      real.forEach(look -> answers.put(look, asked.of(look)));
    }
    return new Answers(answers);
  }

  private static boolean touchesAny(Laid one, String node, Set<Thing> things) {
    return things.stream().anyMatch(thing -> one.touches(node, thing));
  }

  private Answer foretold(String node, Look<?> look, List<Laid> laid, Cancellation cancellation) {
    Effect last = laid.getLast().effect();
    return switch (look) {
      case Look.Key _ when last instanceof Effect.PutKey put ->
          new Answer.KeyValue(put.value(), -1);
      case Look.Key _ when last instanceof Effect.DeleteKey -> new Answer.NoKey();
      case Look.FileAt file when last instanceof Effect.WriteFile write ->
          written(write, world.look(node, List.of(file), cancellation).of(file));
      case Look.Registered asked -> registration(node, asked, laid, cancellation);
      case Look.Service service ->
          instances(world.look(node, List.of(service), cancellation).of(service), laid);
      case Look.Key _,
          Look.FileAt _,
          Look.Query _,
          Look.Port _,
          Look.Http _,
          Look.Probe _,
          Look.Configuration _ ->
          throw new UnknownValue(laid.stream().map(Laid::by).distinct().toList());
    };
  }

  /** An agent's registrations are its own, although all see the services that they make. */
  private Answer registration(
      String node, Look.Registered look, List<Laid> laid, Cancellation cancellation) {
    List<Laid> own =
        laid.stream()
            .filter(one -> one.node().equals(node) && one.effect().target().equals(look.id()))
            .toList();
    if (own.isEmpty()) {
      return world.look(node, List.of(look), cancellation).of(look);
    }
    return own.getLast().effect() instanceof Effect.Register register
        ? new Answer.Existing(register.registration())
        : new Answer.NoRegistration();
  }

  private static Answer.File written(Effect.WriteFile write, Answer.FileState before) {
    Answer.File old =
        before instanceof Answer.File file ? file : new Answer.File(Text.EMPTY, "", "", 0644);
    return new Answer.File(
        write.content(),
        write.owner() == null ? old.owner() : write.owner(),
        write.group() == null ? old.group() : write.group(),
        write.mode() == null ? old.mode() : write.mode());
  }

  private static Answer.Instances instances(Answer.Instances before, List<Laid> laid) {
    Map<String, Answer.Instance> byId = new LinkedHashMap<>();
    before.instances().forEach(i -> byId.put(i.node() + "/" + i.id(), i));
    for (Laid one : laid) {
      switch (one.effect()) {
        case Effect.Register register -> {
          Answer.Registration service = register.registration();
          byId.put(
              one.node() + "/" + service.id(),
              new Answer.Instance(
                  one.node(),
                  service.id(),
                  service.address() == null ? "" : service.address(),
                  service.port(),
                  false));
        }
        case Effect.Deregister gone -> byId.remove(one.node() + "/" + gone.id());
        case Effect.WriteFile _,
            Effect.RunSql _,
            Effect.PutKey _,
            Effect.DeleteKey _,
            Effect.RunCommand _,
            Effect.Reload _ -> {}
      }
    }
    return new Answer.Instances(List.copyOf(byId.values()));
  }
}
