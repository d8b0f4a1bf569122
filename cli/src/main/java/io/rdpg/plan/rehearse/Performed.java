package io.rdpg.plan.rehearse;

import com.fasterxml.jackson.databind.JsonNode;
import io.rdpg.plan.trial.ProgramResult;
import java.time.Instant;
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
 * @param done what was changed, in the order in which it ended
 * @param begun steps that were begun and of which the run couldn't say the end any more
 * @param asked the ids of steps that changed nothing and came right before one that did, on the
 *     same node: a lock, a wait or a lookup, say, on whose word it was done
 * @param follow the ids of steps that only write files or reload services, and so may follow what
 *     changes around them as often as they like
 */
record Performed(
    List<Done> done, Map<String, Integer> begun, Set<String> asked, Set<String> follow) {
  private static final Set<String> FOLLOWING = Set.of("file.write", "service.reload");

  /**
   * A step that changed something.
   *
   * @param where the node; for keys, which are the same for all nodes, these
   * @param what its effects in words, since several nodes may have each something done at the same
   *     one; empty for keys, to which each may give a value of its own
   */
  record Done(String id, String where, String what, Instant start, Instant end) {
    /** Whether both were done at the same time: each looked before the other had done it. */
    boolean with(Done other) {
      return id.equals(other.id)
          && where.equals(other.where)
          && what.equals(other.what)
          && start.isBefore(other.end)
          && other.start.isBefore(end);
    }
  }

  static Performed by(ProgramResult run) {
    List<Done> done = new ArrayList<>();
    Map<String, Instant> started = new HashMap<>();
    Map<String, Integer> begun = new HashMap<>();
    Set<String> asked = new LinkedHashSet<>();
    Set<String> follow = new HashSet<>();
    Map<String, String> unchangedBefore = new HashMap<>();
    for (JsonNode event : run.events()) {
      String id = event.path("id").asText();
      switch (event.path("event").asText()) {
        case "step_started" -> {
          begun.merge(id, 1, Integer::sum);
          started.put(event.path("node").asText() + " " + id, time(event));
        }
        case "step_finished" -> {
          begun.merge(id, -1, Integer::sum);
          String node = event.path("node").asText();
          switch (event.path("status").asText()) {
            // What contains steps has no effects of its own.
            case "changed" -> {
              if (event.path("effects").isEmpty()) {
                break;
              }
              Instant end = time(event);
              Instant start = started.getOrDefault(node + " " + id, end);
              done.add(
                  onlyKeys(event)
                      ? new Done(id, keys(event), "", start, end)
                      : new Done(id, where(event), event.path("effects").toString(), start, end));
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
    return new Performed(done, begun, asked, follow);
  }

  private static boolean onlyKeys(JsonNode event) {
    return event
        .path("effects")
        .valueStream()
        .allMatch(effect -> effect.path("kind").asText().startsWith("key."));
  }

  private static String keys(JsonNode event) {
    return String.join(" ", event.path("effects").findValuesAsText("target"));
  }

  private static String where(JsonNode event) {
    return event.path("on").asText(event.path("node").asText());
  }

  private static Instant time(JsonNode event) {
    return Instant.parse(event.path("time").asText());
  }

  /** How often each step was done, by its id; what is done twice at the same time counts once. */
  Map<String, Integer> changed() {
    List<Done> counted = new ArrayList<>();
    Map<String, Integer> changed = new LinkedHashMap<>();
    for (Done one : done) {
      if (counted.stream().noneMatch(one::with)) {
        changed.merge(one.id(), 1, Integer::sum);
      }
      counted.add(one);
    }
    return changed;
  }

  Performed and(Performed other) {
    List<Done> both = Stream.concat(done.stream(), other.done.stream()).toList();
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
    Map<String, Integer> all = changed();
    reference
        .changed()
        .forEach((id, times) -> {
          int now = all.getOrDefault(id, 0);
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
