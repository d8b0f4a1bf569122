package io.rdpg.plan.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.rdpg.plan.testing.TestFiles;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunsCommandTest {
  private static final String STARTED =
      """
      {"event":"run_started","time":"2026-11-28T20:39:18.123Z","run":"%1$s","plan":"p.yml",\
      "inventory":"i.yml","nodes":["n1","n2"],"mode":"apply","user":"root","sudo_user":"anna",\
      "host":"admin1","version":"0.1.0","project":"/srv/site","commit":"8c1f+dirty","chosen":[]}
      """;
  private static final String CHANGED =
      """
      {"event":"step_finished","time":"2026-11-28T20:39:19Z","run":"%1$s","node":"n1","label":"a file",\
      "status":"changed","why":"content differs","effects":[{"summary":"write /a"}],"error":null}
      {"event":"step_finished","time":"2026-11-28T20:39:19Z","run":"%1$s","node":"n1","label":"b",\
      "status":"ok","why":"","effects":[],"error":null}
      """;
  private static final String FAILED =
      """
      {"event":"step_finished","time":"2026-11-28T20:39:19Z","run":"%1$s","node":"n2","label":"sql",\
      "status":"failed","why":"","effects":[],"error":{"code":"sql_failed","message":"ERROR: no",\
      "hint":"look"}}
      {"event":"run_finished","time":"2026-11-28T20:39:20Z","run":"%1$s","mode":"apply","nodes":\
      {"n1":{"ok":1,"changed":1,"failed":0},"n2":{"ok":0,"changed":0,"failed":1}},"exit_code":1}
      """;

  @TempDir Path directory;

  private final InProcessCommands commands = new InProcessCommands();

  @BeforeEach
  void journals() {
    journal("state/rdpg-plan", "20261128T203918Z-aaaa", STARTED + CHANGED + FAILED);
    journal(".rdpg-plan", "20261127T203918Z-bbbb", STARTED + CHANGED + "{\"event\":\"step_fin");
    journal("state/rdpg-plan", "20261126T203918Z-cccc", "");
  }

  private void journal(String home, String run, String lines) {
    TestFiles.write(
        directory.resolve(home + "/runs/" + run + "/events.ndjson"), lines.replace("%1$s", run));
  }

  private String run(String... arguments) {
    commands.forget();
    assertThat(commands.run(directory, directory, arguments)).as(commands.err()).isZero();
    return commands.out();
  }

  @Test
  void runs_are_listed_from_all_journals_the_newest_first() {
    assertThat(run("runs", "--journals"))
        .isEqualTo(
            """
            run                    started               user         host    plan   mode   nodes  outcome    exit code
            20261128T203918Z-aaaa  2026-11-28T20:39:18Z  root (anna)  admin1  p.yml  apply  n1,n2  1 failed   1
            20261127T203918Z-bbbb  2026-11-28T20:39:18Z  root (anna)  admin1  p.yml  apply  n1,n2  not ended
            """);
    assertThat(run("runs", "--journals", "-n", "1").lines()).hasSize(2);
    assertThat(run("runs", "--journals", "-o", "json").lines())
        .hasSize(2)
        .first()
        .asString()
        .contains("\"run\":\"20261128T203918Z-aaaa\"", "\"ended\":\"2026-11-28T20:39:20Z\"");
  }

  @Test
  void one_is_shown_with_what_it_changed_and_why_it_failed() {
    assertThat(run("show", "20261128", "--journals"))
        .isEqualTo(
            """
            run 20261128T203918Z-aaaa
            apply of p.yml to n1, n2 of i.yml
            by root (anna) on admin1, rdpg-plan 0.1.0
            from /srv/site, commit 8c1f+dirty
            started 2026-11-28T20:39:18.123Z, 1 failed, exit code 1

            n1: 1 ok, 1 changed
              changed  a file: content differs
                  write /a

            n2: 1 failed
              failed  sql
                  ERROR: no (sql_failed)
                  hint: look
            """);
    assertThat(run("show", "last", "--journals")).startsWith("run 20261128T203918Z-aaaa\n");
    assertThat(run("show", "last", "--journals", "-o", "json").lines()).hasSize(5);
    journal("state/rdpg-plan", "20261129T203918Z-dddd", "");
    assertThat(run("show", "last", "--journals")).startsWith("run 20261128T203918Z-aaaa\n");
  }

  @Test
  void what_a_journal_says_moves_no_cursor() {
    journal(
        "state/rdpg-plan",
        "20261129T203918Z-dddd",
        STARTED + CHANGED.replace("content differs", "it was \\u001b[2J\\u202e"));
    assertThat(run("show", "last", "--journals"))
        .contains("  changed  a file: it was  [2J\ufffd\n")
        .doesNotContain("\u001b", "\u202e");
  }

  @Test
  void one_that_is_not_known_is_refused() {
    assertThat(commands.run(directory, directory, "show", "2025", "--journals")).isEqualTo(2);
    assertThat(commands.err()).contains("no run 2025 is known here");
    assertThat(commands.run(directory, directory, "show", "2026", "--journals")).isEqualTo(2);
    assertThat(commands.err()).contains("several runs begin with 2026");
  }

  @Test
  void without_an_inventory_there_are_still_journals() {
    assertThat(run("runs")).contains("20261128T203918Z-aaaa");
    assertThat(commands.err()).contains("Consul was not asked: there is no inventory");
  }
}
