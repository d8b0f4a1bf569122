package io.rdpg.plan.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.rdpg.plan.language.model.NodeAccess;
import io.rdpg.plan.target.ssh.MachineWithUsers;
import io.rdpg.plan.testing.TestFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Plans whose steps run as other users of a node, by its sudo. */
@Tag("server")
class BecomePlanIT {
  private static final String PASSWORD = MachineWithUsers.password("asked");

  @TempDir static Path temp;
  @AutoClose private static MachineWithUsers machine;
  private static Path word;

  private Path directory;
  private final InProcessCommands commands = new InProcessCommands();

  @BeforeAll
  static void start() throws IOException {
    machine = new MachineWithUsers(temp);
    word = Files.writeString(temp.resolve("word"), PASSWORD + "\n");
    Files.setPosixFilePermissions(word, PosixFilePermissions.fromString("rw-------"));
  }

  @BeforeEach
  void prepare() throws IOException {
    directory = Files.createTempDirectory(temp, "site");
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxrwxrwx"));
  }

  private int apply(String login, String variables, String steps, String... more) {
    NodeAccess.Ssh to = machine.as(login);
    TestFiles.write(
        directory.resolve("inventory.yml"),
        """
        all:
          hosts:
            n1:
              ansible_host: %s
              ansible_port: %d
              ansible_user: %s
              ansible_ssh_private_key_file: %s
              ssh_known_hosts: %s
          vars: {%s}
        """
            .formatted(
                to.host(),
                to.port(),
                to.user(),
                to.privateKey(),
                to.knownHosts(),
                variables.replace("WORD", word.toString())));
    TestFiles.write(
        directory.resolve("plan.yml"),
        "plan: p\nsteps:\n" + steps.replace("DIR", directory.toString()));
    TestFiles.write(directory.resolve("t.txt"), "content\n");
    commands.forget();
    return commands.run(
        installation(),
        Stream.concat(
                Stream.of("apply", "plan.yml", "-i", "inventory.yml", "-o", "json"),
                Stream.of(more))
            .toArray(String[]::new));
  }

  private static final String WITH_PASSWORD =
      "ansible_become_password: \"{{ secret('file:WORD') }}\"";

  private static final String STEPS =
      """
        - name: as root
          become: true
          steps:
            - name: roots own
              render_template: {template: t.txt, dest: DIR/root.txt, mode: 600}

            - name: given away
              render_template: {template: t.txt, dest: DIR/given.txt, owner: service, group: app, mode: 640}

        - name: the apps own
          become: true
          become_user: app
          render_template: {template: t.txt, dest: DIR/app.txt, mode: 600}

        - name: a guard that only the app may read
          become: true
          become_user: app
          command: {run: [touch, DIR/made-by-app], unless: [test, -e, DIR/made-by-app]}

        - name: another guard
          become: true
          become_user: app
          command: {run: [cp, DIR/app.txt, DIR/copy.txt], unless: [cmp, -s, DIR/app.txt, DIR/copy.txt]}

        - name: a service of the apps
          become: true
          become_user: app
          reload_service: {service: demo, config: [DIR/app.txt], command: [cp, DIR/app.txt, DIR/loaded]}

        - name: as who logs in
          command: {run: [touch, DIR/made-by-login], unless: [test, -e, DIR/made-by-login]}
      """;

  @Test
  void each_step_works_as_its_user_and_is_in_sync_afterwards() throws IOException {
    assertThat(apply("asked", WITH_PASSWORD, STEPS)).as(commands.out()).isZero();

    assertThat(owner("root.txt")).isEqualTo(0);
    assertThat(owner("given.txt")).isEqualTo(4207);
    assertThat(owner("app.txt")).isEqualTo(4206);
    assertThat(owner("made-by-app")).isEqualTo(4206);
    assertThat(owner("copy.txt")).isEqualTo(4206);
    assertThat(owner("loaded")).isEqualTo(4206);
    assertThat(owner("made-by-login")).isEqualTo(4202);
    assertThat(statuses()).isEqualTo("changed");
    assertThat(commands.out()).contains("\"user\":\"app\"", "\"user\":\"root\"", "\"user\":null");

    assertThat(apply("asked", WITH_PASSWORD, STEPS, "--dry-run", "--detailed-exitcode"))
        .as(commands.out())
        .isZero();
    assertThat(apply("asked", WITH_PASSWORD, STEPS)).isZero();
    assertThat(statuses()).isEqualTo("ok");
  }

  @Test
  void a_sealed_preview_is_performed_by_its_users() throws IOException {
    String steps =
        """
          - {name: a, become: true, render_template: {template: t.txt, dest: DIR/a}}
          - {name: b, become: true, become_user: app, render_template: {template: t.txt, dest: DIR/b}}
        """;
    assertThat(apply("asked", WITH_PASSWORD, steps, "--dry-run", "--out", "sealed"))
        .as(commands.err())
        .isZero();
    assertThat(directory.resolve("a")).doesNotExist();
    assertThat(read(directory.resolve("sealed"))).doesNotContain(PASSWORD);

    assertThat(commands.run(installation(), "apply", "--sealed", "sealed", "-o", "json"))
        .as(commands.out())
        .isZero();
    assertThat(owner("a")).isZero();
    assertThat(owner("b")).isEqualTo(4206);
  }

  @Test
  void the_inventory_makes_all_steps_run_as_root() throws IOException {
    assertThat(
            apply(
                "free",
                "ansible_become: true",
                "  - {name: a, command: {run: [touch, DIR/a], always: true}}\n"))
        .as(commands.out())
        .isZero();
    assertThat(owner("a")).isEqualTo(0);
  }

  /** "Not allowed to see" is not "not there". */
  @Test
  void what_the_user_may_not_read_is_no_missing_file() {
    assertThat(apply("asked", WITH_PASSWORD, STEPS)).isZero();
    String hidden =
        "  - {name: a, render_template: {template: t.txt, dest: DIR/closed/root.txt}}\n";
    apply(
        "free",
        "",
        """
          - name: a closed folder
            become: true
            command: {run: [sh, -c, "mkdir -p DIR/closed && chmod 700 DIR/closed"], always: true}
        """);

    assertThat(apply("asked", WITH_PASSWORD, hidden)).isEqualTo(1);
    assertThat(commands.out()).contains("Permission denied", "file_failed");
    assertThat(statuses()).isEqualTo("failed");
  }

  @Test
  void a_refusal_ends_the_node_with_3_and_says_what_to_do() {
    assertThat(apply("asked", "", STEPS)).isEqualTo(3);
    assertThat(commands.out())
        .contains("become_refused", "sudo: a password is required", "ansible_become_password");

    assertThat(apply("asked", "ansible_become_password: wrong-word", STEPS)).isEqualTo(3);
    assertThat(commands.out()).contains("Sorry, try again").doesNotContain("wrong-word");
  }

  @Test
  void the_password_is_nowhere() throws IOException {
    String sleeps =
        "  - {name: a, become: true, command: {run: [env], always: true}, register: r}\n";
    apply(
        "asked",
        WITH_PASSWORD,
        sleeps
            + """
              - name: b
                become: true
                command: {run: [sh, -c, "cat /proc/*/cmdline /proc/*/environ > DIR/seen 2>/dev/null; true"], always: true}
            """);
    assertThat(statuses()).isEqualTo("changed");
    assertThat(read(directory.resolve("seen"))).contains("sudo").doesNotContain(PASSWORD);
    try (Stream<Path> files = Files.walk(directory)) {
      assertThat(
              files
                  .filter(Files::isRegularFile)
                  .filter(file -> read(file).contains(PASSWORD))
                  .toList())
          .isEmpty();
    }
    assertThat(commands.out() + commands.err()).doesNotContain(PASSWORD);
  }

  @Test
  void variables_that_are_not_kept_are_refused_by_name() {
    for (String variable :
        new String[] {"ansible_become_flags", "ansible_become_exe", "ansible_become_method"}) {
      assertThat(apply("free", variable + ": x", STEPS)).isEqualTo(2);
      assertThat(commands.out() + commands.err()).contains(variable);
    }
  }

  private Installation installation() {
    Path key = directory.resolve("seal.key");
    TestFiles.write(key, "ab".repeat(32));
    return new Installation(
        directory,
        directory,
        Map.of(
            "RDPG_PLAN_SEAL_KEY_FILE", key.toString(),
            "XDG_STATE_HOME", directory.resolve("state").toString()));
  }

  private String statuses() {
    return commands
        .out()
        .lines()
        .filter(line -> line.contains("\"step_finished\""))
        .map(line -> line.replaceFirst(".*\"status\":\"(\\w+)\".*", "$1"))
        .distinct()
        .collect(Collectors.joining(" "));
  }

  private int owner(String file) throws IOException {
    return (Integer) Files.getAttribute(directory.resolve(file), "unix:uid");
  }

  private static String read(Path file) {
    try {
      return new String(Files.readAllBytes(file), java.nio.charset.StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
