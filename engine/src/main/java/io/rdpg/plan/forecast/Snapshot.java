package io.rdpg.plan.forecast;

import io.rdpg.plan.step.Answer;
import io.rdpg.plan.step.Answers;
import io.rdpg.plan.step.Look;
import io.rdpg.plan.world.Cancellation;
import io.rdpg.plan.world.Sight;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The world as it was when it was first looked at: each look is asked once. Thread-safe. */
public final class Snapshot implements Sight {
  private final Sight world;
  private final Map<Asked, Answer> answered = new ConcurrentHashMap<>();

  public Snapshot(Sight world) {
    this.world = world;
  }

  private record Asked(String node, Look<?> look) {}

  @Override
  public Answers look(String node, Collection<? extends Look<?>> looks, Cancellation cancellation) {
    List<Look<?>> missing = new ArrayList<>();
    for (Look<?> look : looks) {
      if (!answered.containsKey(new Asked(node, look))) {
        missing.add(look);
      }
    }
    if (!missing.isEmpty()) {
      Answers asked = world.look(node, missing, cancellation);
      missing.forEach(look -> answered.putIfAbsent(new Asked(node, look), asked.of(look)));
    }
    Map<Look<?>, Answer> answers = new HashMap<>();
    looks.forEach(look -> answers.put(look, answered.get(new Asked(node, look))));
    return new Answers(answers);
  }
}
