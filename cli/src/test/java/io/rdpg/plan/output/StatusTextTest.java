package io.rdpg.plan.output;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.rdpg.plan.language.diagnostic.ExitCode;
import io.rdpg.plan.status.ClusterReport;
import io.rdpg.plan.status.NodeReport;
import io.rdpg.plan.status.PairReport;
import io.rdpg.plan.status.Problem;
import io.rdpg.plan.status.Row;
import io.rdpg.plan.status.StatusReport;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class StatusTextTest {
  private static List<String> lines(
      List<NodeReport> nodes, List<PairReport> pairs, List<Row> locks, List<Problem> problems) {
    ClusterReport cluster =
        new ClusterReport("c", "service", nodes, List.of(), locks, pairs, true, problems);
    return new StatusText(Style.PLAIN)
        .lines(new StatusReport("i.yml", Instant.EPOCH, List.of(cluster), ExitCode.DONE));
  }

  @Test
  void a_cluster_that_is_well() {
    assertThat(
            lines(
                List.of(SampleStatus.node("a", true), SampleStatus.node("bb", false)),
                List.of(new PairReport("a", "bb", SampleStatus.SLOT, SampleStatus.SUBSCRIPTION)),
                List.of(SampleStatus.row("key", "rdpg/c/lock", "holder", "a run")),
                List.of()))
        .containsExactly(
            "c (service), writes go to a",
            "  node  address   PostgreSQL  WAL kept  registered",
            "  a     10.0.0.1  18.6        16 MB     1 of 1 passing  write master",
            "  bb    10.0.0.2  18.6        16 MB     1 of 1 passing",
            "  from  to  behind         slot    worker  errors  conflicts",
            "  a     bb  2.0 kB, 0.3 s  in use  runs    0       1",
            "  lock rdpg/c/lock is held by a run",
            "",
            "2 nodes, all is well");
  }

  @Test
  void what_is_not_known_is_no_number() {
    assertThat(
            lines(
                List.of(SampleStatus.node("a", false)),
                List.of(new PairReport("a", "bb", SampleStatus.row(), SampleStatus.row())),
                List.of(),
                List.of()))
        .contains("c (service), no write master", "  a     bb  -       -     -       -       -");
  }

  @Test
  void on_the_smallest_terminal_there_is_the_last_line() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (String rows : List.of("1", "2")) {
      new StatusScreen(
              new PrintStream(bytes, true, UTF_8),
              new Terminal(Map.of("COLUMNS", "80", "LINES", rows)),
              Style.PLAIN)
          .show(new StatusReport("i.yml", Instant.EPOCH, List.of(), ExitCode.DONE));
    }
    assertThat(bytes.toString(UTF_8)).contains("00:00:00 UTC; 1 more lines");
  }

  @Test
  void what_a_server_says_moves_no_cursor() {
    assertThat(
            lines(
                List.of(),
                List.of(),
                List.of(SampleStatus.row("key", "k\u001b[2J", "holder", "a\nb")),
                List.of(new Problem("c", null, "one\u001b[2J\nmore", "do\nit", null))))
        .contains("  lock k [2J is held by a b", "  c: one [2J", "    more", "    hint: do it");
  }

  @Test
  void a_hint_is_shown_once() {
    List<String> lines =
        lines(
            List.of(SampleStatus.node("a", true)),
            List.of(),
            List.of(),
            List.of(
                new Problem("c", "a", "one\nmore", "do it", null),
                new Problem("c", null, "another", "do it", null)));
    assertThat(lines)
        .containsSubsequence(
            "not well:",
            "  a: one",
            "    more",
            "    hint: do it",
            "  c: another",
            "",
            "1 node, 2 problems");
  }

  @Test
  void of_many_pairs_those_that_are_not_well() {
    List<PairReport> pairs = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      pairs.add(new PairReport("a", "n" + i, SampleStatus.SLOT, SampleStatus.SUBSCRIPTION));
    }
    pairs.add(
        new PairReport(
            "a",
            "bad",
            SampleStatus.row("trouble", "its slot is lost"),
            SampleStatus.SUBSCRIPTION));
    List<String> lines = lines(List.of(SampleStatus.node("a", true)), pairs, List.of(), List.of());
    assertThat(lines).filteredOn(line -> line.startsWith("  a     bad")).hasSize(1);
    assertThat(lines)
        .noneMatch(line -> line.contains("n7"))
        .contains("  31 pairs of nodes, 1 not well, 2.0 kB behind at most");
  }
}
