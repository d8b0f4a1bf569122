package io.rdpg.plan.proof;

import io.rdpg.plan.check.Way;
import io.rdpg.plan.model.Step;
import io.rdpg.plan.model.StepPath;
import io.rdpg.plan.step.Awaited;
import io.rdpg.plan.step.Thing;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Who waits for whom: which steps bring about what a waiting step looks for. */
public final class Satisfaction {
  private Satisfaction() {}

  /**
   * The waiting steps of some ways, each with the steps that bring about what it waits for; none
   * for one that waits for something from outside of the plan.
   */
  public static Map<StepPath, Set<StepPath>> of(List<Way> ways) {
    List<Way.Does> steps = new ArrayList<>();
    ways.forEach(way -> collect(way.acts(), steps));
    Map<StepPath, Set<StepPath>> by = new LinkedHashMap<>();
    for (Way.Does wait : steps) {
      if (wait.awaits() != null) {
        Set<StepPath> found = by.computeIfAbsent(wait.spot().path(), _ -> new LinkedHashSet<>());
        steps.stream()
            .filter(step -> surely(step, wait))
            .forEach(step -> found.add(step.spot().path()));
      }
    }
    return by;
  }

  static void collect(List<Way.Act> acts, List<Way.Does> steps) {
    for (Way.Act act : acts) {
      switch (act) {
        case Way.Does does -> steps.add(does);
        case Way.Under under -> collect(under.acts(), steps);
        case Way.Maybe maybe -> collect(maybe.acts(), steps);
        case Way.LetsGo _ -> {}
      }
    }
  }

  /** Whether it is known what a wait looks at. */
  static boolean known(Way.Does wait) {
    return wait.awaits() != null && wait.awaits().things().stream().allMatch(Satisfaction::named);
  }

  /** Whether a step may bring about what a wait looks for, there where it looks. */
  static boolean may(Way.Does step, Way.Does wait) {
    return wait.awaits() != null
        && step.brings().stream()
            .anyMatch(thing ->
                wait.awaits().things().stream().anyMatch(seen -> meets(thing, step, seen, wait)));
  }

  /**
   * Whether a wait need not wait any more once another one, on whichever node, has come to its end:
   * it asks for no more of the same, and not for what a key holds, which may change.
   */
  static boolean covers(Way.Does before, Way.Does wait) {
    Awaited had = before.awaits();
    Awaited wants = wait.awaits();
    return had != null
        && wants != null
        && known(wait)
        && wants.things().stream().allMatch(Thing::shared)
        && had.things().equals(wants.things())
        && had.addresses().containsAll(wants.addresses())
        && had.least() >= wants.least()
        && wait.spot().step() instanceof Step.Task task
        && task.arguments().get("value") == null;
  }

  private static boolean surely(Way.Does step, Way.Does wait) {
    return wait.awaits() != null
        && step.brings().stream()
            .filter(Satisfaction::named)
            .anyMatch(thing ->
                wait.awaits().things().stream()
                    .filter(Satisfaction::named)
                    .anyMatch(seen -> meets(thing, step, seen, wait)));
  }

  private static boolean meets(Thing thing, Way.Does step, Thing seen, Way.Does wait) {
    boolean there =
        (thing.shared() && seen.shared())
            || step.at().equals(wait.at())
            || step.at().isEmpty()
            || wait.at().isEmpty();
    return there && thing.concerns(seen);
  }

  private static boolean named(Thing thing) {
    return switch (thing) {
      case Thing.File(String path) -> !path.isEmpty();
      case Thing.InPostgres(String name) -> !name.isEmpty();
      case Thing.Key(String key) -> !key.isEmpty();
      case Thing.Service(String name) -> !name.isEmpty();
      case Thing.RegisteredAs(String id) -> !id.isEmpty();
      case Thing.Running(String service) -> !service.isEmpty();
      case Thing.Anything _ -> false;
    };
  }
}
