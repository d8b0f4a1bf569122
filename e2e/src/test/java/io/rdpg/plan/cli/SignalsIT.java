package io.rdpg.plan.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.rdpg.plan.testing.Eventually;
import io.rdpg.plan.testing.OneConsul;
import io.rdpg.plan.testing.TestDeadlines;
import io.rdpg.plan.testing.TestFiles;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A run that holds a lock while its command runs gets signals. */
@Tag("server")
class SignalsIT {
  /** A command that takes no notice of TERM isn't killed before. */
  private static final Duration BEFORE_KILL = Duration.ofSeconds(3);

  @AutoClose private static final OneConsul CONSUL = OneConsul.start();

  @TempDir Path directory;

  private Path started;
  private Path told;
  private Process run;

  @BeforeEach
  void start() throws Exception {
    started = directory.resolve("started");
    told = directory.resolve("told");
    TestFiles.write(
        directory.resolve("inventory.yml"),
        """
        all:
          vars: {cluster_id: c, cluster_role: service, consul_address: %s, ansible_connection: local}
          children: {c: {hosts: {n1: {ansible_host: 127.0.0.1}}}}
        """
            .formatted(CONSUL.access().host()));
    TestFiles.write(
        directory.resolve("plan.yml"),
        """
        plan: p
        steps:
          - name: locked
            consul_lock:
              key: %s
              wait: 1m
              steps:
                - name: busy
                  command:
                    # Takes no notice of TERM, and ends with the test's directory.
                    run: [sh, -c, "trap 'touch %s' TERM; touch %s; while [ -e %s ]; do sleep 0.1; done"]
                    always: true
        """
            .formatted("locks/" + directory.getFileName(), told, started, started));
    run =
        new ProcessBuilder(
                List.of(
                    "env",
                    "--default-signal=INT,HUP",
                    ProcessHandle.current().info().command().orElse("java"),
                    "-Drdpg.home=" + directory,
                    "-cp",
                    System.getProperty("java.class.path"),
                    Main.class.getName(),
                    "apply",
                    directory.resolve("plan.yml").toString(),
                    "-i",
                    directory.resolve("inventory.yml").toString(),
                    "--local"))
            .directory(directory.toFile())
            .redirectOutput(directory.resolve("out").toFile())
            .redirectError(directory.resolve("err").toFile())
            .start();
    Eventually.holds(
        "the command runs",
        TestDeadlines.LONG,
        () -> {
          assertThat(run.isAlive()).as(said()).isTrue();
          return Files.exists(started);
        });
  }

  @AfterEach
  void end() {
    run.descendants().forEach(ProcessHandle::destroyForcibly);
    run.destroyForcibly();
  }

  private String said() {
    return TestFiles.read(directory.resolve("out")) + TestFiles.read(directory.resolve("err"));
  }

  private void signal(String name) throws Exception {
    assertThat(new ProcessBuilder("kill", "-s", name, Long.toString(run.pid())).start().waitFor())
        .isZero();
  }

  private boolean locked() {
    return CONSUL.get("/v1/kv/locks/" + directory.getFileName()).contains("Session");
  }

  @ParameterizedTest
  @ValueSource(strings = {"INT", "TERM", "HUP"})
  void the_first_one_ends_the_command_and_releases_the_lock(String name) throws Exception {
    assertThat(locked()).isTrue();
    signal(name);
    assertThat(run.waitFor()).as(said()).isEqualTo(130);
    assertThat(said()).contains("released lock", "locks released");
    assertThat(locked()).isFalse();
  }

  @Test
  void the_second_one_says_what_it_leaves() throws Exception {
    long begun = System.nanoTime();
    signal("INT");
    Eventually.holds("the command is told to end", () -> Files.exists(told));
    signal("INT");
    assertThat(run.waitFor()).as(said()).isEqualTo(130);
    if (System.nanoTime() - begun > BEFORE_KILL.toNanos()) {
      return; // a slow machine: the command was killed, and the lock is being released
    }
    assertThat(said())
        .contains("ended at once; may be left behind:")
        .containsPattern("lock locks/\\S+ of n1, until its session \\S+ runs out");
    assertThat(locked()).as(said()).isTrue();
  }
}
