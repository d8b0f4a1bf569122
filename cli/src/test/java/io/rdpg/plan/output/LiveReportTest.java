package io.rdpg.plan.output;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.rdpg.plan.run.event.Event;
import io.rdpg.plan.run.event.Status;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LiveReportTest {
  private static final Instant BEGUN = Instant.parse("2026-11-23T22:00:00Z");
  private static final Terminal.Size WIDE = new Terminal.Size(24, 100);

  @Test
  void shows_what_each_node_does_and_waits_for() {
    LiveScreenModel board =
        new LiveScreenModel(Style.PLAIN, Map.of("mc1", "rdpgmc", "mc2", "rdpgmc"));
    List<Event> events = SampleRun.apply();
    events.subList(0, 10).forEach(event -> board.on(event, BEGUN));
    assertThat(board.lines(BEGUN.plusSeconds(3), WIDE))
        .containsExactly(
            "apply plans/bootstrap.yml  3.0s  1 ok  1 changed  0 skipped  1 failed",
            "rdpgmc  mc1  | every node is registered  15s of 5m00s  1 of 2 addresses is registered,"
                + " missing 127.>",
            "        mc2  x user rdpg exists",
            "lock rdpgmc/bootstrap held by mc1  3.0s");
  }

  @Test
  void shows_where_each_node_is_while_a_preview_looks_around() {
    LiveScreenModel board = new LiveScreenModel(Style.PLAIN, Map.of());
    List<String> nodes = List.of("mc1", "mc2", "mc3");
    board.on(new Event.RunStarted("p.yml", "i.yml", nodes, true, SampleRun.ORIGIN), BEGUN);
    List<Event.At> at =
        List.of(SampleRun.at("mc1", "one", "sql_exec"), SampleRun.at("mc3", "two", "sql_exec"));
    board.on(new Event.ReadingState(at, 3, Duration.ofSeconds(1)), BEGUN);
    assertThat(board.lines(BEGUN.plusSeconds(1), WIDE).subList(1, 4))
        .containsExactly("mc1  | reading: one", "mc2    read", "mc3  | reading: two");
    assertThat(board.lines(BEGUN.plusSeconds(1), new Terminal.Size(4, 80)).subList(1, 3))
        .containsExactly("mc1 mc3  | reading", "mc2        read");
    board.on(new Event.StepStarted(SampleRun.at("mc1", "one", "sql_exec")), BEGUN.plusSeconds(2));
    assertThat(board.lines(BEGUN.plusSeconds(2), WIDE).get(1)).isEqualTo("mc1  | one");
  }

  @Test
  void tells_in_its_first_line_how_many_nodes_wait_for_their_login() {
    LiveScreenModel board = new LiveScreenModel(Style.PLAIN, Map.of());
    board.on(new Event.RunStarted("p.yml", "i.yml", List.of("n1"), false, SampleRun.ORIGIN), BEGUN);
    board.on(new Event.LoginsWaiting(12, 300), BEGUN);
    assertThat(board.lines(BEGUN, WIDE).getFirst())
        .endsWith("  waiting for login: 12 of 300 nodes");
    board.on(new Event.LoginsWaiting(0, 300), BEGUN);
    assertThat(board.lines(BEGUN, WIDE).getFirst()).doesNotContain("login");
  }

  @Test
  void on_a_narrow_screen_a_long_name_gives_way_to_what_it_waits_for() {
    LiveScreenModel board = new LiveScreenModel(Style.PLAIN, Map.of());
    Event.At at = SampleRun.at("mc1", "every node of the cluster is registered", "wait_for");
    board.on(
        new Event.RunStarted("p.yml", "i.yml", List.of("mc1"), false, SampleRun.ORIGIN), BEGUN);
    board.on(new Event.StepStarted(at), BEGUN);
    board.on(
        new Event.Waiting(at, "a key", "", Duration.ofSeconds(12), Duration.ofMinutes(5)), BEGUN);
    assertThat(board.lines(BEGUN, new Terminal.Size(24, 40)).get(1))
        .isEqualTo("mc1  | every node >  12s of 5m00s  a key");
  }

  @Test
  void folds_nodes_in_one_state_where_there_is_no_room() {
    List<String> nodes = IntStream.rangeClosed(1, 30).mapToObj(i -> "n" + i).toList();
    LiveScreenModel board =
        new LiveScreenModel(
            Style.PLAIN, nodes.stream().collect(Collectors.toMap(Function.identity(), _ -> "big")));
    board.on(new Event.RunStarted("p.yml", "i.yml", nodes, false, SampleRun.ORIGIN), BEGUN);
    nodes.forEach(
        node -> board.on(new Event.StepStarted(SampleRun.at(node, "one", "sql_exec")), BEGUN));
    board.on(SampleRun.finished("n7", "one", Status.OK, ""), BEGUN);
    assertThat(board.lines(BEGUN, new Terminal.Size(10, 80)))
        .containsExactly(
            "apply p.yml  0ms  1 ok  0 changed  0 skipped  0 failed",
            "big  n1 n2 n3 +26  | one",
            "     n7            . between steps");
    assertThat(board.lines(BEGUN, new Terminal.Size(40, 80))).hasSize(31);
  }

  @Test
  void never_takes_more_rows_than_the_terminal_has() {
    List<String> nodes = IntStream.rangeClosed(1, 30).mapToObj(i -> "n" + i).toList();
    LiveScreenModel board = new LiveScreenModel(Style.PLAIN, Map.of());
    board.on(new Event.RunStarted("p.yml", "i.yml", nodes, false, SampleRun.ORIGIN), BEGUN);
    nodes.forEach(node ->
        board.on(new Event.StepStarted(SampleRun.at(node, "at " + node, "sql_exec")), BEGUN));
    List<String> lines = board.lines(BEGUN, new Terminal.Size(10, 40));
    assertThat(lines).hasSizeLessThan(10).allMatch(line -> line.length() <= 40);
    assertThat(lines.getLast()).isEqualTo("and 23 more nodes");
  }

  @Test
  void leaves_the_cursor_shown_and_the_summary() {
    String screen =
        screen(live ->
            SampleRun.apply()
                .forEach(event -> {
                  live.on(event);
                  live.draw();
                }));
    assertThat(screen.lastIndexOf("\u001b[?25h")).isGreaterThan(screen.lastIndexOf("\u001b[?25l"));
    assertThat(screen.lastIndexOf("\u001b[?7h")).isGreaterThan(screen.lastIndexOf("\u001b[?7l"));
    assertThat(screen).contains("FAILED          mc2  user rdpg exists", "Failed on mc2 in 1m05s");
    assertThat(screen).doesNotContain("unless holds");
  }

  @Test
  void in_a_preview_locks_and_waits_that_this_run_ends_scroll_by() {
    assertThat(screen(live -> PlainReportTest.foreseen(true).forEach(live::on)))
        .contains("one at a time: would take the lock after n2", "(by register a, n2: register b")
        .doesNotContain("rows: read");
    assertThat(screen(live -> PlainReportTest.foreseen(false).subList(0, 5).forEach(live::on)))
        .doesNotContain("the lock");
  }

  /** All that was written, the first frame's to the last's. */
  private static String screen(Consumer<LiveReport> told) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    Terminal terminal = new Terminal(Map.of("COLUMNS", "80", "LINES", "24"));
    try (LiveReport live =
        new LiveReport(
            new PrintStream(bytes, true, UTF_8),
            terminal,
            () -> BEGUN,
            Style.PLAIN,
            false,
            false,
            Map.of())) {
      told.accept(live);
    }
    return bytes.toString(UTF_8);
  }

  @Test
  void nothing_of_a_value_moves_the_cursor() {
    String value = "a\nb\u001b[2J\u202ec\ud800d";
    Event.At at = SampleRun.at("n1", value, "wait_for");
    List<Event> events =
        List.of(
            new Event.RunStarted("p.yml", "i.yml", List.of("n1"), false, SampleRun.ORIGIN),
            new Event.StepStarted(at),
            new Event.ServerSaid(at, "NOTICE", value),
            new Event.LockLost("n1", value, "s"),
            new Event.Waiting(at, value, value, Duration.ZERO, Duration.ofHours(1)));
    String screen =
        screen(live ->
            events.forEach(event -> {
              live.on(event);
              live.draw();
            }));
    assertThat(screen)
        .contains("n1 at 'a b [2J\ufffdc\ufffdd': NOTICE: a b [2J\ufffdc\ufffdd")
        .contains("n1 lost lock a b [2J\ufffdc\ufffdd")
        .doesNotContain("\u001b[2J", "\u202e", "\nb", "?d");
  }

  @Test
  void cuts_by_what_the_terminal_shows() {
    assertThat(DisplayWidth.cut("\u001b[31mabcdef\u001b[0m", 4))
        .isEqualTo("\u001b[31mabc\u001b[0m>");
    assertThat(DisplayWidth.of("\u001b[31m\u4e2d\u6587\u001b[0m")).isEqualTo(4);
    assertThat(DisplayWidth.cut("abc", 3)).isEqualTo("abc");
  }

  @Test
  void tells_times() {
    assertThat(
            List.of(
                ElapsedTime.show(Duration.ofMillis(999)),
                ElapsedTime.show(Duration.ofMillis(2449)),
                ElapsedTime.show(Duration.ofSeconds(61)),
                ElapsedTime.show(Duration.ofMinutes(62))))
        .containsExactly("999ms", "2.4s", "1m01s", "1h02m");
  }
}
