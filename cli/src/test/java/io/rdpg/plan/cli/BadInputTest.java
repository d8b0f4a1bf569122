package io.rdpg.plan.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.rdpg.plan.testing.TestFiles;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Careless input: exit 2, told where and what to do, nothing contacted and nothing written. */
class BadInputTest {
  private static final String INVENTORY =
      """
      all:
        vars:
          colour: red
        children:
          c1:
            vars: {cluster_id: c1, cluster_role: service}
            hosts:
              one: {ansible_host: 127.0.0.1}
              two: {ansible_host: 127.0.0.2}
      """;

  @TempDir Path directory;

  @BeforeEach
  void writeAnInventory() {
    write("inventories/lab.yml", INVENTORY);
  }

  // --- plans ------------------------------------------------------------------------------------

  @Test
  void an_unknown_primitive() {
    plan(
        """
        plan: p
        steps:
          - name: a
            sql_exce: {sql: SELECT 1, database: d, always: true}
        """);
    assertThat(refused("apply", "p.yml"))
        .isEqualTo(
            """
            p.yml:4:5: there is no primitive 'sql_exce' (unknown_primitive)
              4 |     sql_exce: {sql: SELECT 1, database: d, always: true}
                |     ^
              hint: did you mean 'sql_exec'?
            """);
  }

  @Test
  void an_unknown_argument() {
    step("sql_exec: {databse: d, database: d, sql: SELECT 1, always: true}");
    assertThat(refused("apply", "p.yml"))
        .isEqualTo(
            """
            p.yml:4:16: sql_exec has no argument 'databse' (unknown_argument)
              4 |     sql_exec: {databse: d, database: d, sql: SELECT 1, always: true}
                |                ^
              hint: did you mean 'database'?
            """);
  }

  @Test
  void both_sql_and_file() {
    write("x.sql", "SELECT 1");
    step("sql_exec: {database: d, sql: SELECT 1, file: x.sql, always: true}");
    assertThat(refused("apply", "p.yml"))
        .contains("p.yml:4:44: sql_exec takes only one of 'sql', 'file' (bad_value)\n");
  }

  @Test
  void unknown_keys_and_duplicate_ones() {
    plan(
        """
        plan: p
        plan: q
        stepps: []
        steps:
          - nmae: a
            assert: {that: 1 == 1, message: m}
        """);
    assertThat(refused("apply", "p.yml"))
        .contains(
            "p.yml:2:1: 'plan' is given twice (duplicate_key)\n",
            "  hint: it is already at line 1\n",
            "p.yml:3:1: a plan has no key 'stepps' (unknown_key)\n",
            "  hint: did you mean 'steps'?\n",
            "p.yml:5:5: a step has no key 'nmae' (unknown_key)\n",
            "  hint: did you mean 'name'?\n");
  }

  @Test
  void bad_durations_and_modes() {
    write("t", "");
    plan(
        """
        plan: p
        steps:
          - name: a
            render_template: {template: t, dest: /x, mode: 0999}
            timeout: soon
            retries: many
          - name: b
            wait_for: {port: 1, timeout: 5 parsecs}
        """);
    assertThat(refused("apply", "p.yml"))
        .contains(
            "p.yml:4:52: 'mode' must be octal permission bits such as 0644, not '0999'"
                + " (bad_value)\n",
            "p.yml:5:14: 'timeout' must be a duration such as 500ms, 15s or 5m, not 'soon'",
            "p.yml:6:14: 'retries' must be a whole number from 0, not 'many'",
            "p.yml:8:34: 'timeout' must be a duration such as 500ms, 15s or 5m, not '5 parsecs'");
  }

  @Test
  void missing_files_of_all_kinds() {
    plan(
        """
        plan: p
        steps:
          - name: a
            sql_exec: {database: d, file: no.sql, always: true}
          - name: b
            render_template: {template: no.conf, dest: /x}
          - name: c
            include: no.yml
        """);
    assertThat(refused("apply", "p.yml"))
        .contains(
            "p.yml:4:35: there is no file 'no.sql' (missing_file)\n",
            "p.yml:6:33: there is no file 'no.conf' (missing_file)\n",
            "p.yml:8:14: there is no plan 'no.yml' (missing_file)\n",
            "  hint: looked in " + directory);
  }

  @Test
  void a_cycle_of_includes() {
    step("include: q.yml");
    write(
        "q.yml",
        """
        plan: q
        steps:
          - name: b
            include: p.yml
        """);
    assertThat(refused("apply", "p.yml"))
        .isEqualTo(
            """
            q.yml:4:14: this plan includes itself (include_cycle)
              4 |     include: p.yml
                |              ^
              hint: p.yml -> q.yml -> p.yml
            """);
  }

  @Test
  void undefined_variables_wherever_they_stand() {
    write("inventories/lab.yml", INVENTORY.replace("red", "\"{{ colur }}\""));
    write("templates/t.conf", "one\n  {{ colr }}\n");
    plan(
        """
        plan: p
        steps:
          - name: a
            when: colours == 1
            for_each: colourz
            assert: {that: koeln == 1, message: "{{ quite_another }}"}
          - name: b
            render_template: {template: t.conf, dest: /x}
        """);
    String told = refused("apply", "p.yml");
    assertThat(told)
        .contains(
            "inventories/lab.yml:3:17: variable 'colur' is not defined (undefined_variable)\n",
            "  hint: did you mean 'colour'?\n",
            "p.yml:4:11: variable 'colours' is not defined",
            "p.yml:5:15: variable 'colourz' is not defined",
            "p.yml:6:20: variable 'koeln' is not defined",
            "p.yml:6:45: variable 'quite_another' is not defined",
            "templates/t.conf:2:6: variable 'colr' is not defined");
    assertThat(refused("validate", "p.yml")).isEqualTo(told);
  }

  @Test
  void a_template_that_cant_be_read() {
    write("templates/t.conf", "one\n{% if %}\n");
    step("render_template: {template: t.conf, dest: /x}");
    assertThat(refused("apply", "p.yml")).contains("templates/t.conf:2:", "(bad_template)");
  }

  @Test
  void faults_are_told_from_top_to_bottom() {
    plan(
        """
        plan: p
        steps:
          - name: a
            assert: {that: nowhere, message: m}
          - name: b
            asert: {that: 1 == 1, message: m}
          - name: c
            assert: {that: nothing, message: m}
        """);
    assertThat(refused("apply", "p.yml").lines().filter(line -> line.startsWith("p.yml")))
        .map(line -> line.substring(0, 7))
        .containsExactly("p.yml:4", "p.yml:6", "p.yml:8");
  }

  @Test
  void files_that_are_no_plans() {
    write("empty.yml", "");
    write("list.yml", "- a\n");
    write("tabs.yml", "plan: p\nsteps:\n\t- name: a\n");
    write("open.yml", "plan: p\nsteps:\n  - name: \"a\n");
    write("deep.yml", "plan: p\nsteps: " + "[".repeat(10_000) + "]".repeat(10_000) + "\n");
    write("huge.yml", "plan: p\nabout: " + "x".repeat(4_000_000) + "\n");
    bytes("latin.yml", new byte[] {'p', 'l', 'a', 'n', ':', ' ', (byte) 0xe9, '\n'});
    bytes("nul.yml", new byte[] {'p', 'l', 'a', 'n', ':', ' ', 0, '\n'});
    directory.resolve("directory.yml").toFile().mkdir();
    assertThat(refused("apply", "empty.yml")).startsWith("empty.yml:1:1: a plan is a map, not");
    assertThat(refused("apply", "list.yml")).startsWith("list.yml:1:1: a plan is a map, not a");
    assertThat(refused("apply", "tabs.yml")).startsWith("tabs.yml:3:1: ").contains("spaces");
    assertThat(refused("apply", "open.yml")).startsWith("open.yml:3:11: this quote is not closed");
    assertThat(refused("apply", "deep.yml")).startsWith("deep.yml:").contains("(syntax)");
    assertThat(refused("apply", "huge.yml")).startsWith("huge.yml:1:1: ").contains("limit");
    assertThat(refused("apply", "latin.yml")).startsWith("latin.yml:1:7: the file is not UTF-8: ");
    assertThat(refused("apply", "nul.yml")).startsWith("nul.yml:1:7: ").contains("U+0000");
    assertThat(refused("apply", "directory.yml"))
        .startsWith("there is no plan directory.yml (missing_file)\n  hint: it is a directory");
  }

  @Test
  void a_line_too_long_for_any_screen() {
    step("assert: {that: 1 == 1, message: " + "x".repeat(5000) + ", thta: 1}");
    assertThat(refused("apply", "p.yml").lines()).allMatch(line -> line.length() < 130);
  }

  @Test
  void a_plan_that_isnt_there() {
    step("assert: {that: 1 == 1, message: m}");
    write("plans/bootstrap.yml", "plan: bootstrap\nsteps: []\n");
    assertThat(refused("apply", "bootstrp"))
        .isEqualTo(
            """
            there is no plan bootstrp (missing_file)
              hint: did you mean 'bootstrap'?
            """);
    assertThat(refused("apply", "p")).contains("hint: did you mean 'p.yml'?\n");
    assertThat(refused("graph", "a\u0000b")).contains("there is no plan");
  }

  // --- nodes ------------------------------------------------------------------------------------

  @Test
  void patterns_that_leave_no_node() {
    plan(
        """
        plan: p
        targets: one
        steps:
          - name: a
            assert: {that: 1 == 1, message: m}
        """);
    assertThat(refused("apply", "p.yml", "-l", "tow"))
        .isEqualTo(
            """
            no node or group is called 'tow' (unknown_node)
              hint: did you mean 'two'?
            """);
    assertThat(refused("apply", "p.yml", "-l", "two"))
        .startsWith("-l two selects none of the plan's nodes (one) (unknown_node)\n");
    assertThat(refused("apply", "p.yml", "-l", "all:!all")).contains("selects no node");
    plan(
        """
        plan: p
        targets: c2
        steps:
          - name: a
            assert: {that: 1 == 1, message: m}
        """);
    assertThat(refused("apply", "p.yml"))
        .startsWith("p.yml:")
        .contains("no node or group is called 'c2' (unknown_node)\n", "hint: did you mean 'c1'?");
  }

  @Test
  void too_few_at_once_for_nodes_that_wait_for_each_other() {
    plan(
        """
        plan: p
        serial: 1
        steps:
          - name: all are here
            wait_for: {service: c1, count: 2}
        """);
    assertThat(refused("apply", "p.yml")).contains("(bad_concurrency)", "'all are here'", "c1");
    plan(
        """
        plan: p
        steps:
          - name: all are here
            wait_for: {service: c1, count: 2}
        """);
    assertThat(refused("apply", "p.yml", "-f", "1")).contains("(bad_concurrency)");
    assertThat(refused("apply", "p.yml", "-f", "0")).contains("-f must be greater than 0");
  }

  @Test
  void tags_that_no_step_has() {
    plan(
        """
        plan: p
        steps:
          - name: a
            steps:
              - name: b
                tags: [schema]
                assert: {that: 1 == 1, message: m}
        """);
    assertThat(refused("apply", "p.yml", "-t", "schmea"))
        .isEqualTo(
            """
            no step of p.yml has the tag 'schmea' (bad_command_line)
              hint: did you mean 'schema'?
            """);
    step("assert: {that: 1 == 1, message: m}");
    assertThat(refused("apply", "p.yml", "-t", "x")).contains("its steps have no tags");
  }

  // --- inventories ------------------------------------------------------------------------------

  @Test
  void bad_inventories() {
    step("assert: {that: 1 == 1, message: m}");
    write("empty.yml", "");
    write(
        "twice.yml",
        """
        all:
          hosts:
            one: {ansible_host: 127.0.0.1}
            one: {ansible_host: 127.0.0.2}
          vrs: {}
        """);
    assertThat(refused("apply", "p.yml", "-i", "nowhere.yml"))
        .startsWith("there is no inventory nowhere.yml (missing_file)\n  hint: give one with -i");
    write("folder/README.md", "no inventory");
    assertThat(refused("apply", "p.yml", "-i", "folder"))
        .startsWith("folder:1:1: no inventory is in this folder (missing_file)");
    assertThat(refused("apply", "p.yml", "-i", "one,two,")).contains("not a list of hosts");
    assertThat(refused("apply", "p.yml", "-i", "empty.yml"))
        .startsWith("empty.yml:1:1: an inventory is a map, not nothing");
    assertThat(refused("apply", "p.yml", "-i", "twice.yml"))
        .contains(
            "twice.yml:4:5: 'one' is given twice (duplicate_node)\n",
            "twice.yml:5:3: ",
            "hint: did you mean 'vars'?\n");
  }

  @Test
  void a_lab_with_unknown_settings() {
    write(
        "inventories/lab.yml",
        INVENTORY.replace("colour: red", "lab: {hme: x, postgres: [16], fsync: maybe}"));
    assertThat(refused("lab", "up"))
        .isEqualTo(
            """
            inventories/lab.yml:3:11: a lab has no setting 'hme' (unknown_key)
              3 |     lab: {hme: x, postgres: [16], fsync: maybe}
                |           ^
              hint: did you mean 'home'?
            inventories/lab.yml:3:29: a lab's 'postgres' is a version or a map, not a list (bad_value)
              3 |     lab: {hme: x, postgres: [16], fsync: maybe}
                |                             ^
              hint: such as lab: {home: /srv/lab, postgres: 16.15.0, fsync: false}
            inventories/lab.yml:3:42: a lab's 'fsync' is true or false, not a string (bad_value)
              3 |     lab: {hme: x, postgres: [16], fsync: maybe}
                |                                          ^
              hint: such as lab: {home: /srv/lab, postgres: 16.15.0, fsync: false}
            3 errors in 1 file
            """);
  }

  @Test
  void a_lab_of_real_nodes() {
    assertThat(refused("lab", "up")).contains("is an inventory of real nodes, not of a lab");
  }

  @Test
  void missing_secrets_of_the_inventory() {
    step("assert: {that: 1 == 1, message: m}");
    write(
        "inventories/lab.yml",
        INVENTORY.replace(
            "colour: red",
            """
            pg_password: "{{ secret('env:RDPG_TEST_NOT_SET') }}"
                other: "{{ secret('file:/nowhere/at/all') }}\"\
            """));
    assertThat(refused("apply", "p.yml"))
        .contains("(missing_secret)", "RDPG_TEST_NOT_SET", "on one: ");
  }

  @Test
  void a_preview_starts_no_lab() {
    step("assert: {that: 1 == 1, message: m}");
    Path home = directory.resolve("lab-home");
    write("inventories/lab.yml", INVENTORY.replace("colour: red", "lab: {home: " + home + "}"));
    RanInDirectory ran = run("apply", "p.yml", "--dry-run");
    assertThat(ran.exit()).isEqualTo(3);
    assertThat(ran.err())
        .isEqualTo(
            """
            the lab of inventories/lab.yml is not running, and a preview starts nothing (lab_failed)
              hint: rdpg-plan lab up -i inventories/lab.yml starts it
            """);
    assertThat(home).doesNotExist();
    assertThat(directory.resolve("state")).doesNotExist();
  }

  // --- the command line -------------------------------------------------------------------------

  @Test
  void bad_command_lines() {
    step("assert: {that: 1 == 1, message: m}");
    assertThat(refused("aply", "p.yml")).contains("did you mean 'apply'?");
    assertThat(refused("destroy")).contains("unknown command 'destroy'", "commands: apply, valid");
    assertThat(refused("apply", "p.yml", "--dryrun")).contains("did you mean '--dry-run'?");
    assertThat(refused("apply", "p.yml", "q.yml")).contains("unknown argument 'q.yml'");
    assertThat(refused("apply")).startsWith("PLAN is missing (bad_command_line)\n");
    assertThat(refused("apply", "p.yml", "-l")).startsWith("--limit requires PATTERN (");
    assertThat(refused("apply", "p.yml", "-f", "x"))
        .startsWith("--forks must be a whole number, not 'x' (bad_command_line)\n");
    assertThat(refused("apply", "p.yml", "-l", "one", "-l", "two"))
        .startsWith("--limit is given twice (");
    assertThat(refused("lab", "upp"))
        .isEqualTo(
            """
            up|stop|down|status can't be 'upp' (bad_command_line)
              hint: did you mean 'up'?
            """);
    assertThat(refused("lab")).startsWith("up|stop|down|status is missing (");
    assertThat(refused("lab", "down", "sc1"))
        .isEqualTo(
            """
            lab down is of all nodes, not of sc1 (bad_command_line)
              hint: lab stop and lab up take nodes
            """);
    assertThat(refused("inventory", "--list", "--graph"))
        .startsWith("--list, --graph are mutually exclusive (bad_command_line)\n");
    assertThat(refused("explain", "NOTHING")).contains("unknown word", "known here: ");
    assertThat(refused("rehearse", "p.yml", "--rounds", "0"))
        .startsWith("--rounds must be greater than 0, not 0 (bad_command_line)\n");
    assertThat(refused("rehearse", "p.yml", "--with", "kill,pauze"))
        .isEqualTo(
            """
            'pauze' is not an interruption (bad_command_line)
              hint: did you mean 'pause'?
            """);
    assertThat(refused("rehearse", "p.yml", "-i", "inventories/lab.yml"))
        .contains("is an inventory of real nodes, not of a lab");
  }

  @Test
  void sealing_what_is_no_preview() {
    step("assert: {that: 1 == 1, message: m}");
    assertThat(refused("apply", "p.yml", "--out", "x"))
        .startsWith(
            "--out requires --dry-run: only a preview can be sealed (bad_command_line)\n  hint: ");
    assertThat(refused("apply", "p.yml", "--detailed-exitcode"))
        .startsWith("--detailed-exitcode requires --dry-run: ");
    assertThat(refused("apply", "p.yml", "--dry-run", "--out", "nowhere/x"))
        .startsWith("--out nowhere/x: can't create a file in nowhere (bad_command_line)\n")
        .contains("hint: create the directory first\n");
    assertThat(refused("apply", "p.yml", "--dry-run", "--out", "inventories"))
        .startsWith("--out inventories is a directory (bad_command_line)\n");
  }

  @Test
  void options_that_a_sealed_preview_says_itself() {
    step("assert: {that: 1 == 1, message: m}");
    assertThat(refused("apply", "p.yml", "--sealed", "x"))
        .isEqualTo(
            """
            --sealed can't be combined with a plan: 'p.yml' (bad_command_line)
              hint: a sealed preview contains all of that: rdpg-plan apply --sealed FILE
            """);
    Map<String, List<String>> others =
        Map.of(
            "--inventory", List.of("-i", "lab"),
            "--limit", List.of("-l", "one"),
            "--tags", List.of("-t", "a"),
            "--extra-vars", List.of("-e", "a=b"),
            "--forks", List.of("-f", "2"),
            "--local", List.of("--local"),
            "--dry-run", List.of("--dry-run"),
            "--out", List.of("--out", "y"));
    others.forEach((name, option) -> {
      List<String> arguments = new ArrayList<>(List.of("apply", "--sealed", "x"));
      arguments.addAll(option);
      assertThat(refused(arguments.toArray(String[]::new)))
          .startsWith("--sealed can't be combined with " + name + " (bad_command_line)\n");
    });
  }

  @Test
  void a_machine_that_is_none_of_the_nodes_or_several() {
    step("assert: {that: 1 == 1, message: m}");
    write(
        "inventories/lab.yml",
        """
        all:
          hosts:
            db1: {ansible_host: 192.0.2.1}
            db2: {ansible_host: db2.invalid}
            here1: {ansible_host: 127.0.0.7}
            here2: {ansible_host: 127.0.0.8}
        """);
    assertThat(refused("apply", "p.yml", "--local", "-l", "db*"))
        .isEqualTo(
            """
            --local: this machine is not db1 (192.0.2.1), nor db2 (db2.invalid) (bad_command_line)
              hint: run it on that node, or omit --local
            """);
    assertThat(refused("apply", "p.yml", "--local"))
        .isEqualTo(
            """
            --local: this machine can be only one of here1, here2 (bad_command_line)
              hint: say which with -l
            """);
    assertThat(run("apply", "p.yml", "--local", "-l", "db1,here2"))
        .satisfies(ran -> {
          assertThat(ran.exit()).isZero();
          assertThat(ran.out()).contains("here2").doesNotContain("db1");
        });
  }

  @Test
  void sealed_previews_that_are_none() {
    assertThat(refused("apply", "--sealed", "x"))
        .startsWith("there is no seal key in seal.key (missing_file)\n  hint: ")
        .contains("$RDPG_PLAN_SEAL_KEY_FILE");
    write("seal.key", "short\n");
    assertThat(refused("apply", "--sealed", "x"))
        .startsWith("seal.key contains no seal key (bad_value)\n")
        .contains("openssl rand -hex 32");
    write("seal.key", "0f".repeat(32) + "\n");
    assertThat(refused("apply", "--sealed", "x", "--diff"))
        .startsWith("there is no sealed preview x (missing_file)\n");
    write("x", "{}\n");
    assertThat(refused("apply", "--sealed", "x"))
        .startsWith("x is not a complete sealed preview (bad_seal)\n");
  }

  @Test
  void an_output_form_that_there_is_not() {
    assertThat(run("apply", "p.yml", "-o", "yaml"))
        .isEqualTo(
            new RanInDirectory(
                2,
                "",
                """
                --output can't be 'yaml' (bad_command_line)
                  hint: known here: json, text
                """));
  }

  @Test
  void output_that_is_lost_is_remembered() throws IOException {
    try (CheckedPrintStream full = new CheckedPrintStream(new FileOutputStream("/dev/full"))) {
      new PrintStream(full, true, UTF_8).print("x");
      assertThat(full.error()).contains("No space left on device");
    }
    try (CheckedPrintStream gone =
        new CheckedPrintStream(
            new OutputStream() {
              @Override
              public void write(int b) throws IOException {
                throw new IOException("Broken pipe");
              }
            })) {
      new PrintStream(gone, true, UTF_8).print("x");
      assertThat(gone.error()).isEmpty();
    }
  }

  @Test
  void bad_extra_variables() {
    step("assert: {that: 1 == 1, message: m}");
    write("list.yml", "- a\n");
    assertThat(refused("apply", "p.yml", "-e", "word"))
        .startsWith("invalid -e: word (bad_command_line)\n  hint: write -e name=value");
    assertThat(refused("apply", "p.yml", "-e", "{a: ")).startsWith("-e:1:");
    assertThat(refused("apply", "p.yml", "-e", "@" + directory.resolve("nowhere.yml")))
        .contains("nowhere.yml", "(missing");
    assertThat(refused("apply", "p.yml", "-e", "@" + directory.resolve("list.yml")))
        .startsWith("list.yml:1:1: ");
  }

  @Test
  void an_extra_variables_file_is_not_a_file_of_arguments() {
    plan(
        """
        plan: p
        steps:
          - name: a
            assert: {that: size == 1, message: m}
        """);
    write("vars.yml", "size: 1\n");
    assertThat(run("validate", "p.yml", "-e", "@" + directory.resolve("vars.yml")))
        .isEqualTo(new RanInDirectory(0, "p.yml: valid, for 2 nodes\n", ""));
  }

  // --- how it is told ---------------------------------------------------------------------------

  /**
   * What a refused command line tells people; programs are told the same.
   *
   * @throws AssertionError unless it is refused with exit 2 and leaves no trace
   */
  private String refused(String... arguments) {
    List<String> before = files();
    RanInDirectory text = run(arguments);
    assertThat(text.exit()).as(text.toString()).isEqualTo(2);
    assertThat(text.out()).isEmpty();
    assertThat(text.err()).isNotBlank().doesNotContain("Exception").doesNotContain("\tat ");
    if (List.of("apply", "validate").contains(arguments[0])) {
      tellsTheSameAsJson(arguments, text);
    }
    assertThat(files()).isEqualTo(before);
    return text.err();
  }

  private void tellsTheSameAsJson(String[] arguments, RanInDirectory text) {
    List<String> json = new ArrayList<>(Arrays.asList(arguments));
    json.addAll(1, List.of("-o", "json"));
    RanInDirectory ran = run(json.toArray(String[]::new));
    assertThat(ran.exit()).isEqualTo(2);
    assertThat(ran.err()).isEmpty();
    List<JsonNode> events = ran.out().lines().map(BadInputTest::event).toList();
    List<JsonNode> diagnostics = events.subList(0, events.size() - 1);
    assertThat(diagnostics)
        .isNotEmpty()
        .allSatisfy(event -> {
          assertThat(event.get("event").asText()).isEqualTo("diagnostic");
          assertThat(text.err()).contains("(" + event.get("code").asText() + ")");
        });
    assertThat(events.getLast().get("event").asText()).isEqualTo("run_finished");
    assertThat(events.getLast().get("exit_code").asInt()).isEqualTo(2);
  }

  private static JsonNode event(String line) {
    try {
      return new ObjectMapper().readTree(line);
    } catch (IOException e) {
      throw new UncheckedIOException("no JSON: " + line, e);
    }
  }

  private RanInDirectory run(String... arguments) {
    return RanInDirectory.of(directory, arguments);
  }

  private List<String> files() {
    try (Stream<Path> files = Files.walk(directory)) {
      return files.map(Path::toString).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException("listing " + directory, e);
    }
  }

  /** A plan of one step. */
  private void step(String line) {
    plan("plan: p\nsteps:\n  - name: a\n    " + line + "\n");
  }

  private void plan(String text) {
    write("p.yml", text);
  }

  private void write(String name, String text) {
    TestFiles.write(directory.resolve(name), text);
  }

  private void bytes(String name, byte[] content) {
    TestFiles.write(directory.resolve(name), content);
  }
}
