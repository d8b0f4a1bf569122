package io.rdpg.plan.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.rdpg.plan.run.event.Event;
import io.rdpg.plan.step.Read;
import io.rdpg.plan.testing.Choices;
import io.rdpg.plan.testing.Eventually;
import io.rdpg.plan.testing.MemoryNode;
import io.rdpg.plan.testing.RunFixture;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Asking ahead changes nothing but when things are asked: random plans are applied and previewed
 * with and without, twice each, and end alike. Some of their steps have retries or timeouts; some
 * reads fail for a moment, and some compare-and-sets meet what another process has just written.
 *
 * <p>System properties: {@code rdpg.tries}, how many; {@code rdpg.seed}, the first one's.
 */
class AskAheadTest {
  private static final int TRIES = Integer.getInteger("rdpg.tries", 120);
  private static final long SEED = Long.getLong("rdpg.seed", 1);
  private static final List<String> NODES = List.of("n1", "n2", "n3");

  @TempDir Path directory;

  private int early;
  private int earlyInPreviews;
  private int outages;
  private int lostSets;

  /** What a run did, how often authors' commands and queries were run, and what it said. */
  private record Ending(List<String> performed, List<String> asked, List<String> said) {
    /** With each question once. */
    Ending once() {
      return new Ending(performed, asked.stream().distinct().toList(), said);
    }

    List<String> lines() {
      return Stream.of(performed, asked, said).flatMap(List::stream).toList();
    }
  }

  @Test
  void random_plans_do_the_same_with_and_without() {
    for (int i = 0; i < TRIES; i++) {
      long seed = SEED + i;
      List<Ending> without = play(seed, false);
      List<Ending> with = play(seed, true);
      assertThat(difference(without, with)).as("seed " + seed + ": " + steps(seed)).isEmpty();
    }
    System.out.printf(
        "%d plans: %d early reads, %d in previews; %d reads failed, %d compare-and-sets were lost%n",
        TRIES, early, earlyInPreviews, outages, lostSets);
    assertThat(early).isPositive();
    assertThat(earlyInPreviews).isPositive();
    assertThat(outages).isPositive();
    assertThat(lostSets).isPositive();
  }

  /** The first thing that came otherwise, in words; empty for none. */
  private static String difference(List<Ending> without, List<Ending> with) {
    for (int i = 0; i < without.size(); i++) {
      List<String> one = without.get(i).lines();
      List<String> other = with.get(i).lines();
      for (int line = 0; line < Math.max(one.size(), other.size()); line++) {
        String expected = line < one.size() ? one.get(line) : "nothing";
        String found = line < other.size() ? other.get(line) : "nothing";
        if (!expected.equals(found)) {
          return "run %d, without: %s%nwith: %s".formatted(i, expected, found);
        }
      }
    }
    return "";
  }

  private List<Ending> play(long seed, boolean ahead) {
    Choices choices = Choices.at(seed);
    List<String> nodes = NODES.subList(0, 1 + choices.below(3));
    RunFixture stage = new RunFixture(directory).on(nodes.toArray(String[]::new)).askAhead(ahead);
    RandomPlan.TEMPLATES.forEach(one -> stage.file(one.name(), one.content()));
    boolean bare = choices.oneIn(2);
    RandomPlan plan = new RandomPlan(choices, nodes, !bare);
    String steps = HardTimes.withTerms(plan.steps(), seed);
    List<String> _ = RandomTarget.fill(stage.target, nodes, bare, plan.races(), choices);
    List<Ending> endings = new ArrayList<>();
    for (int run = 0; run < 2; run++) {
      stage.target.forgetCounts();
      HardTimes hard = HardTimes.of(stage.target, steps, seed + run);
      RunFixture.Played preview = stage.preview(steps);
      // the same question of two steps may be asked for each of them
      endings.add(ending(stage, nodes, preview, hard).once());
      earlyInPreviews += ahead ? stage.target.askedAhead() : 0;
      stage.target.forgetCounts();
      hard.again();
      SequentialNodes inTurn = new SequentialNodes(stage.target, nodes, new EffectLog());
      RunFixture.Played played = stage.applyIn(inTurn, inTurn).apply(steps);
      endings.add(ending(stage, nodes, played, hard));
      early += ahead ? stage.target.askedAhead() : 0;
      outages += hard.failed();
      lostSets += hard.lost();
      hard.end();
    }
    return endings;
  }

  private static Ending ending(
      RunFixture stage, List<String> nodes, RunFixture.Played played, HardTimes hard) {
    return new Ending(
        nodes.stream().map(node -> node + ": " + stage.target.performedOn(node)).toList(),
        stage.target.asked().stream()
            // another node's change, or a try that failed, may make a command run once more
            .filter(asked -> nodes.size() == 1 && hard.isQuiet() && asked.read().byAuthor())
            .map(Object::toString)
            .sorted()
            .toList(),
        nodes.stream().flatMap(node -> played.on(node).story().stream()).toList());
  }

  private static String steps(long seed) {
    Choices choices = Choices.at(seed);
    List<String> nodes = NODES.subList(0, 1 + choices.below(3));
    boolean bare = choices.oneIn(2);
    return nodes + "\n" + HardTimes.withTerms(new RandomPlan(choices, nodes, !bare).steps(), seed);
  }

  private RunFixture stage() {
    return new RunFixture(directory)
        .askAhead(true)
        .file("one", "1\n")
        .file("two", "2\n")
        .file("three", "3\n");
  }

  private static String files(String... names) {
    return Stream.of(names)
        .map(name ->
            "  - {name: file %s, render_template: {template: %s, dest: /%s}}\n"
                .formatted(name, name, name))
        .collect(Collectors.joining());
  }

  /** What another process does when something is read for the first time. */
  private static void whenFirstRead(RunFixture stage, Object what, Runnable happens) {
    AtomicBoolean happened = new AtomicBoolean();
    stage.target.beforeLook((_, _, read) -> {
      if (read.equals(what) && !happened.getAndSet(true)) {
        happens.run();
      }
    });
  }

  @Test
  void asks_for_many_steps_at_once() {
    RunFixture stage = stage();
    MemoryNode node = stage.target.node("n1");
    node.put("/one", "1\n");
    node.put("/two", "2\n");
    node.put("/three", "3\n");
    assertThat(stage.apply(files("one", "two", "three")).steps("n1"))
        .containsExactly("ok file one", "ok file two", "ok file three");
    assertThat(stage.target.askedAhead()).isEqualTo(2);
    assertThat(stage.target.asked()).hasSize(3);
  }

  @Test
  void an_early_difference_is_read_again_at_its_turn() {
    RunFixture stage = stage();
    MemoryNode node = stage.target.node("n1");
    node.put("/one", "1\n");
    node.put("/three", "3\n");
    whenFirstRead(stage, new Read.FileAt("/three"), () -> node.put("/two", "2\n"));
    assertThat(stage.apply(files("one", "two", "three")).steps("n1"))
        .containsExactly("ok file one", "ok file two", "ok file three");
    assertThat(stage.target.performed()).isEmpty();
  }

  @Test
  void what_was_read_before_a_change_is_read_again() {
    RunFixture stage = stage();
    MemoryNode node = stage.target.node("n1");
    node.put("/one", "1\n");
    node.put("/two", "2\n");
    node.on("spoil", () -> node.put("/two", "spoilt\n"));
    String spoil = "  - {name: spoil it, timeout: 1m, command: {run: [spoil], always: true}}\n";
    assertThat(stage.apply(files("one") + spoil + files("two")).steps("n1"))
        .containsExactly("ok file one", "changed spoil it", "changed file two");
    assertThat(node.content("/two")).contains("2\n");
  }

  @Test
  void what_was_read_before_another_node_changes_it_is_read_again() {
    RunFixture stage = stage().on("n1", "n2");
    MemoryNode node = stage.target.node("n2");
    node.put("/one", "1\n");
    node.put("/two", "2\n");
    CountDownLatch hasRead = new CountDownLatch(1);
    CountDownLatch isSpoilt = new CountDownLatch(1);
    node.on(
        "spoil",
        () -> {
          node.put("/two", "spoilt\n");
          isSpoilt.countDown();
        });
    stage.target.beforeLook((_, _, read) -> {
      if (read.equals(new Read.Key("before"))) {
        Eventually.holds("n2 has read", () -> hasRead.getCount() == 0);
      } else if (read.equals(new Read.Key("between"))) {
        Eventually.holds("n2 has read early", () -> stage.target.askedAhead() > 0);
        hasRead.countDown();
        Eventually.holds("n1 has spoilt it", () -> isSpoilt.getCount() == 0);
      }
    });
    RunFixture.Played played =
        stage.apply(
            """
              - name: on n1
                when: node.name == 'n1'
                steps:
                  - {name: wait for n2, timeout: 1m, lookup: {key: before}}
                  - {name: spoil it, on: n2, command: {run: [spoil], always: true}}
              - name: on n2
                when: node.name == 'n2'
                steps:
                  - {name: file one, render_template: {template: one, dest: /one}}
                  - {name: pause, timeout: 1m, lookup: {key: between}}
                  - {name: file two, render_template: {template: two, dest: /two}}
            """);
    assertThat(played.steps("n2")).contains("ok file one", "changed file two");
    assertThat(node.content("/two")).contains("2\n");
  }

  @Test
  void nothing_is_asked_over_a_wait() {
    RunFixture stage = stage();
    stage.target.node("n1").put("/one", "1\n");
    for (String timeout : List.of("", "timeout: 1m, ")) {
      stage.target.consul().remove("go");
      stage.target.consul().set("value", "old");
      whenFirstRead(
          stage,
          new Read.Key("go"),
          () -> {
            stage.target.consul().set("value", "new");
            stage.target.consul().set("go", "yes");
          });
      RunFixture.Played played =
          stage.apply(
              files("one")
                  + "  - {name: wait, %swait_for: {key: go}}\n".formatted(timeout)
                  + """
                    - {name: look, lookup: {key: value}, register: seen}
                    - {name: check, assert: {that: seen.value == 'new', message: it is old}}
                  """);
      assertThat(played.steps("n1")).contains("ok check");
    }
  }

  /** Another run does the step that made us take the lock, and spoils what we saw before. */
  @Test
  void what_was_read_before_a_lock_is_read_again_under_it() {
    RunFixture stage = stage();
    MemoryNode node = stage.target.node("n1");
    node.put("/one", "1\n");
    node.put("/three", "3\n");
    stage.target.consul().holdElsewhere("lock", "another run");
    AtomicBoolean waits = new AtomicBoolean();
    stage.applyIn(
        stage.target,
        event -> {
          if (event instanceof Event.Waiting && !waits.getAndSet(true)) {
            node.succeeds("is made");
            node.put("/three", "spoilt\n");
            stage.target.consul().letGo("lock");
          }
        });
    RunFixture.Played played =
        stage.apply(
            """
              - name: under the lock
                consul_lock:
                  key: lock
                  steps:
                    - {name: file one, render_template: {template: one, dest: /one}}
                    - {name: make it, timeout: 1m, command: {run: [make], unless: [is, made]}}
                    - {name: file three, render_template: {template: three, dest: /three}}
            """);
    assertThat(played.steps("n1"))
        .containsExactly("ok under the lock", "ok file one", "ok make it", "changed file three");
  }

  /** Its answer would be right; but until the file is written, nobody knows what it does. */
  @Test
  void no_command_runs_before_a_step_that_is_not_in_sync() {
    for (boolean ahead : List.of(false, true)) {
      RunFixture stage = stage().askAhead(ahead);
      MemoryNode node = stage.target.node("n1");
      node.put("/one", "1\n");
      List<Boolean> runs = new ArrayList<>();
      node.tells("is done", () -> runs.add(node.content("/two").isPresent()));
      assertThat(
              stage
                  .apply(
                      files("one", "two")
                          + "  - {name: do, command: {run: [do], unless: [is, done]}}\n")
                  .steps("n1"))
          .containsExactly("ok file one", "changed file two", "ok do");
      assertThat(runs).containsExactly(true);
      node.remove("/two");
    }
  }

  @Test
  void commands_run_one_after_another_up_to_the_first_that_is_not_in_sync() {
    RunFixture stage = stage();
    MemoryNode node = stage.target.node("n1");
    List<String> runs = new ArrayList<>();
    for (String name : List.of("a", "b", "c", "d")) {
      boolean done = !name.equals("c");
      node.tells(
          "is " + name,
          () -> {
            runs.add(name);
            return done || runs.contains("made c");
          });
    }
    node.on("make c", () -> runs.add("made c"));
    String steps =
        Stream.of("a", "b", "c", "d")
            .map(name ->
                "  - {name: %s, command: {run: [make, %s], unless: [is, %s]}}\n"
                    .formatted(name, name, name))
            .collect(Collectors.joining());
    assertThat(stage.apply(steps).steps("n1")).containsExactly("ok a", "ok b", "changed c", "ok d");
    assertThat(runs).containsExactly("a", "b", "c", "made c", "c", "d");
  }

  @Test
  void a_run_in_which_every_step_changes_asks_ahead_once() {
    List<Integer> asked = new ArrayList<>();
    for (boolean ahead : List.of(false, true)) {
      RunFixture stage = stage().askAhead(ahead);
      MemoryNode node = stage.target.node("n1");
      List.of("/one", "/two", "/three").forEach(node::remove);
      assertThat(stage.apply(files("one", "two", "three")).steps("n1"))
          .containsExactly("changed file one", "changed file two", "changed file three");
      asked.add(stage.target.asked().size());
    }
    // once, for the two steps behind the first
    assertThat(asked).containsExactly(6, 6 + 2);
  }
}
