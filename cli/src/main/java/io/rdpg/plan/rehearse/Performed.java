package io.rdpg.plan.rehearse;

import com.fasterxml.jackson.databind.JsonNode;
import io.rdpg.plan.trial.ProgramResult;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * How often each step changed something in some runs, on whatever node: who leads, say, may differ
 * from one rehearsal to the next, and how often something is done may not.
 *
 * @param changed by step id, in the order in which they ended
 * @param begun steps that were begun and of which the run couldn't say the end any more
 * @param asked the ids of steps that changed nothing and came right before one that did, on the
 *     same node: a lock, a wait or a lookup, say, on whose word it was done
 * @param follow the ids of steps that only write files or reload services, and so may follow what
 *     changes around them as often as they like
 */
record Performed(
    Map<String, Integer> changed,
    Map<String, Integer> begun,
    Set<String> asked,
    Set<String> follow) {
  private static final Set<String> FOLLOWING = Set.of("file.write", "service.reload");

  static Performed by(ProgramResult run) {
    Map<String, Integer> changed = new LinkedHashMap<>();
    Map<String, Integer> begun = new HashMap<>();
    Set<String> asked = new LinkedHashSet<>();
    Set<String> follow = new HashSet<>();
    Map<String, String> unchangedBefore = new HashMap<>();
    for (JsonNode event : run.events()) {
      String id = event.path("id").asText();
      switch (event.path("event").asText()) {
        case "step_started" -> begun.merge(id, 1, Integer::sum);
        case "step_finished" -> {
          begun.merge(id, -1, Integer::sum);
          String node = event.path("node").asText();
          switch (event.path("status").asText()) {
            // What contains steps has no effects of its own.
            case "changed" -> {
              if (event.path("effects").isEmpty()) {
                break;
              }
              changed.merge(id, 1, Integer::sum);
              if (event
                  .path("effects")
                  .valueStream()
                  .allMatch(effect -> FOLLOWING.contains(effect.path("kind").asText()))) {
                follow.add(id);
              }
              String before = unchangedBefore.remove(node);
              if (before != null) {
                asked.add(before);
              }
            }
            case "ok" -> unchangedBefore.put(node, id);
            // A failed step may have done it all the same.
            case "failed" -> begun.merge(id, 1, Integer::sum);
            default -> {} // skipped
          }
        }
        default -> {} // what isn't about steps
      }
    }
    return new Performed(changed, begun, asked, follow);
  }

  Performed and(Performed other) {
    Map<String, Integer> both = new LinkedHashMap<>(changed);
    other.changed.forEach((id, times) -> both.merge(id, times, Integer::sum));
    Map<String, Integer> open = new HashMap<>(begun);
    other.begun.forEach((id, times) -> open.merge(id, times, Integer::sum));
    return new Performed(both, open, together(asked, other.asked), together(follow, other.follow));
  }

  /**
   * What was done more or less often than in a run that nothing interrupted.
   *
   * @param except steps of which that says nothing
   */
  List<String> differences(Performed reference, Set<String> except) {
    List<String> differences = new ArrayList<>();
    reference.changed.forEach((id, times) -> {
      int now = changed.getOrDefault(id, 0);
      int perhaps = now + Math.max(0, begun.getOrDefault(id, 0));
      boolean follows = reference.follow.contains(id);
      if (except.contains(id) || (follows && perhaps > 0)) {
        return;
      }
      if (now > times) {
        differences.add("'%s' was done %s, not %s".formatted(id, times(now), times(times)));
      } else if (perhaps < times) {
        differences.add(
            "'%s' was done %s, not %s, and yet the plan takes itself for finished"
                .formatted(id, times(now), times(times)));
      }
    });
    return differences;
  }

  private static Set<String> together(Set<String> some, Set<String> others) {
    return Stream.concat(some.stream(), others.stream())
        .collect(Collectors.toCollection(LinkedHashSet::new));
  }

  private static String times(int count) {
    return switch (count) {
      case 0 -> "never";
      case 1 -> "once";
      case 2 -> "twice";
      default -> count + " times";
    };
  }
}
