package io.rdpg.plan.run;

import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Diagnostic;
import io.rdpg.plan.step.Effect;
import io.rdpg.plan.testing.Choices;
import io.rdpg.plan.testing.MemoryTarget;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What makes runs harder, by chance and the same for each run of a seed: servers that don't answer
 * for a moment, keys that another process writes just before a step does, and steps that have
 * retries or a timeout.
 */
final class HardTimes {
  private static final Pattern STEP =
      Pattern.compile("(?m)^( +)- name: (s\\d+)\n((?:\\1  (?!- name).*\n?)*)");

  private final MemoryTarget target;
  private final int seed;
  private final boolean fails;
  private final boolean loses;
  private final Set<Object> hit = ConcurrentHashMap.newKeySet();
  private final AtomicInteger failed = new AtomicInteger();
  private final AtomicInteger lost = new AtomicInteger();

  private HardTimes(MemoryTarget target, String steps, long seed) {
    this.target = target;
    this.seed = (int) seed;
    Choices choices = Choices.at(scattered(seed));
    // a rehearsal that meets an outage takes its lock, which may change whose turn it is; and a
    // wait that meets one ends, if it isn't met early
    this.fails = choices.oneIn(2) && !steps.contains("consul_lock") && !steps.contains("wait_for");
    this.loses = choices.oneIn(3);
    begin();
  }

  static HardTimes of(MemoryTarget target, String steps, long seed) {
    return new HardTimes(target, steps, seed);
  }

  /** Some steps that do something themselves get retries, others a timeout. */
  static String withTerms(String steps, long seed) {
    Choices choices = Choices.at(scattered(seed));
    return STEP.matcher(steps)
        .replaceAll(step -> {
          String inside = step.group(3);
          boolean holds = inside.contains("steps:") || inside.contains("consul_lock:");
          String terms =
              holds || choices.below(6) > 1
                  ? ""
                  : step.group(1)
                      + (choices.oneIn(2) ? "  retries: 1\n" : "  timeout: 1m\n")
                      + step.group(1)
                      + "  every: 1ms\n";
          return Matcher.quoteReplacement(
              step.group(1) + "- name: " + step.group(2) + "\n" + terms + inside);
        });
  }

  /** Seeds that follow each other begin alike. */
  private static long scattered(long seed) {
    return seed * 0x9E3779B97F4A7C15L;
  }

  private void begin() {
    target.beforeLook((node, _, read) -> {
      if (fails && chosen(node + read, 12) && hit.add(node + read)) {
        failed.incrementAndGet();
        throw Diagnostic.of(Code.CONNECTION_LOST, "it is restarted").orOn(node).failure();
      }
    });
    target.beforePerform((node, _, effect) -> {
      if (loses && effect instanceof Effect.PutKey put && hit.add("put " + put.key())) {
        lost.incrementAndGet();
        target.consul().set(put.key(), chosen(put.key(), 2) ? "a" : "b");
      }
    });
  }

  private boolean chosen(String what, int oneIn) {
    return Math.floorMod(what.hashCode() * 31 + seed, oneIn) == 0;
  }

  /** Everything happens once more. */
  void again() {
    hit.clear();
  }

  void end() {
    target.beforeLook((_, _, _) -> {});
    target.beforePerform((_, _, _) -> {});
  }

  boolean isQuiet() {
    return !fails;
  }

  int failed() {
    return failed.get();
  }

  int lost() {
    return lost.get();
  }
}
