package io.rdpg.plan.target;

import static org.assertj.core.api.Assertions.assertThat;

import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.ExitCode;
import io.rdpg.plan.language.model.NodeAccess;
import io.rdpg.plan.target.live.LiveTarget;
import io.rdpg.plan.target.ssh.LoginQueue;
import io.rdpg.plan.target.ssh.SshClient;
import io.rdpg.plan.testing.Eventually;
import io.rdpg.plan.testing.OnePostgres;
import io.rdpg.plan.testing.OneProxy;
import io.rdpg.plan.testing.RunFixture;
import io.rdpg.plan.testing.TestFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real servers refuse what they are told to reload; they run on with what they accepted last. */
@Tag("server")
@Tag("long")
class RefusedConfigurationIT {
  private static final NodeAccess.Postgres NO_POSTGRES =
      new NodeAccess.Postgres("127.0.0.1", 1, "nobody", null);

  private static final String BACK =
      "the files that it accepted last are back, and it runs with them";

  @TempDir Path directory;

  private LiveTarget target(NodeAccess.Postgres postgres) {
    return new LiveTarget(
        List.of(
            new NodeAccess(
                "n1",
                new NodeAccess.Local(),
                postgres,
                new NodeAccess.Consul("127.0.0.1", 1),
                NodeAccess.Become.USUAL)),
        new SshClient(new LoginQueue(1)),
        "run");
  }

  // --- pgbouncer, which only logs what it refuses ---

  @Test
  void pgbouncer_goes_on_with_the_files_that_it_took() throws Exception {
    try (OneProxy pgbouncer = OneProxy.pgbouncer((address, at) -> ini(address, at, "70"));
        LiveTarget target = target(NO_POSTGRES)) {
      RunFixture nodes = new RunFixture(directory).applyIn(target, event -> {});
      Path file = pgbouncer.file("pgbouncer.ini");
      String first = TestFiles.read(file);
      file(nodes, pgbouncer, "lots");
      RunFixture.Played refused = nodes.apply(pgbouncerPlan(pgbouncer));
      assertThat(refused.error("runs").code()).isEqualTo(Code.CONFIGURATION_REFUSED);
      assertThat(refused.error("runs").message())
          .startsWith("pgbouncer refused its configuration: ")
          .contains("invalid value \"lots\" for parameter max_client_conn")
          .endsWith(BACK);
      assertThat(file).hasContent(first);
      assertThat(pgbouncer.file(".pgbouncer.ini.loaded")).doesNotExist();
      assertThat(shown(pgbouncer)).isEqualTo("70");

      file(nodes, pgbouncer, "80");
      assertThat(nodes.apply(pgbouncerPlan(pgbouncer)).steps("n1"))
          .containsExactly("changed written", "changed runs");
      assertThat(shown(pgbouncer)).isEqualTo("80");
      assertThat(nodes.apply(pgbouncerPlan(pgbouncer)).steps("n1"))
          .containsExactly("ok written", "ok runs");
      String accepted = TestFiles.read(file);
      assertThat(pgbouncer.file(".pgbouncer.ini.accepted")).hasContent(accepted);
      assertThat(
              PosixFilePermissions.toString(
                  Files.getPosixFilePermissions(pgbouncer.file(".pgbouncer.ini.accepted"))))
          .isEqualTo("rw-r-----");

      file(nodes, pgbouncer, "many");
      assertThat(nodes.apply(pgbouncerPlan(pgbouncer)).error("runs").message())
          .contains("invalid value \"many\"")
          .endsWith(BACK);
      assertThat(file).hasContent(accepted);
      assertThat(shown(pgbouncer)).isEqualTo("80");
    }
  }

  /** As a run leaves it that is killed between the signal and the answer. */
  @Test
  void what_a_killed_run_left_is_found_and_put_back() throws Exception {
    try (OneProxy pgbouncer = OneProxy.pgbouncer((address, at) -> ini(address, at, "70"));
        LiveTarget target = target(NO_POSTGRES)) {
      RunFixture nodes = new RunFixture(directory).applyIn(target, event -> {});
      Path file = pgbouncer.file("pgbouncer.ini");
      file(nodes, pgbouncer, "80");
      nodes.apply(pgbouncerPlan(pgbouncer));
      String accepted = TestFiles.read(file);
      for (String wanted : List.of("lots", "90")) {
        file(nodes, pgbouncer, "lots");
        TestFiles.write(file, TestFiles.read(directory.resolve("pgbouncer.ini")));
        long pid = Long.parseLong(TestFiles.read(pgbouncer.file("pid")).strip());
        assertThat(new ProcessBuilder("kill", "-HUP", "" + pid).start().waitFor()).isZero();
        file(nodes, pgbouncer, wanted);
        RunFixture.Played next = nodes.apply(pgbouncerPlan(pgbouncer));
        if (wanted.equals("lots")) {
          assertThat(next.steps("n1")).containsExactly("ok written", "failed runs");
          assertThat(next.error("runs").message()).endsWith(BACK);
          assertThat(file).hasContent(accepted);
          assertThat(shown(pgbouncer)).isEqualTo("80");
        } else {
          assertThat(next.steps("n1")).containsExactly("changed written", "changed runs");
          assertThat(shown(pgbouncer)).isEqualTo("90");
        }
      }
    }
  }

  private static void file(RunFixture nodes, OneProxy pgbouncer, String connections) {
    nodes.file(
        "pgbouncer.ini",
        ini(
            pgbouncer.address(),
            Objects.requireNonNull(pgbouncer.file("pid").getParent()),
            connections));
  }

  private static String ini(String address, Path at, String connections) {
    return """
    [databases]
    [pgbouncer]
    listen_addr = %s
    listen_port = 6432
    unix_socket_dir =
    auth_type = trust
    auth_file = %s
    admin_users = rdpg
    pidfile = %s
    logfile = %s
    max_client_conn = %s
    """
        .formatted(address, users(at), at.resolve("pid"), at.resolve("log"), connections);
  }

  private static Path users(Path at) {
    return TestFiles.write(at.resolve("users.txt"), "\"rdpg\" \"\"\n");
  }

  private static String pgbouncerPlan(OneProxy pgbouncer) {
    return """
      - name: written
        render_template: {template: pgbouncer.ini, dest: %1$s, mode: 0640, backup: true}
      - name: runs
        reload_service:
          service: pgbouncer
          config: [%1$s]
          signal: HUP
          pid_file: %2$s
          log: %3$s
          refused: config file loading failed
          probe_command: [psql, -Xwqh, %4$s, -p, "6432", -U, rdpg, -d, pgbouncer, -c, RELOAD]
    """
        .formatted(
            pgbouncer.file("pgbouncer.ini"),
            pgbouncer.file("pid"),
            pgbouncer.file("log"),
            pgbouncer.address());
  }

  private static String shown(OneProxy pgbouncer) throws IOException {
    Process psql =
        new ProcessBuilder(
                List.of(
                    "psql",
                    "-XwAth",
                    pgbouncer.address(),
                    "-p",
                    "6432",
                    "-U",
                    "rdpg",
                    "-d",
                    "pgbouncer",
                    "-c",
                    "SHOW CONFIG"))
            .redirectErrorStream(true)
            .start();
    return new String(psql.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
        .lines()
        .filter(line -> line.startsWith("max_client_conn|"))
        .map(line -> line.split("\\|", -1)[1])
        .findFirst()
        .orElseThrow();
  }

  // --- PostgreSQL ---

  private static final String HBA = "host all all 127.0.0.0/8 scram-sha-256\n";

  @Test
  void postgres_starts_again_after_it_was_given_a_bad_pg_hba_conf() {
    try (OnePostgres postgres = OnePostgres.start(Map.of(), Map.of("hba_file", HBA));
        LiveTarget target = target(postgres.access())) {
      RunFixture nodes = new RunFixture(directory).applyIn(target, event -> {});
      Path file = postgres.file("hba_file");
      nodes.file("new", HBA + "\nhost all all db2.example.org/32 scram-sha-256\n");
      RunFixture.Played refused = nodes.apply(postgresPlan(file, "backup: true", ""));
      assertThat(refused.error("runs").code()).isEqualTo(Code.CONFIGURATION_REFUSED);
      assertThat(refused.error("runs").message())
          .contains(file + " line 3: ", "db2.example.org/32")
          .endsWith(BACK);
      assertThat(file).hasContent(HBA);
      postgres.restart();

      nodes.file(
          "new",
          HBA
              + "{% for host in ['10.0.0.1', 'fd00::1', 'db2.example.org', 'all'] %}\n"
              + "host all all {{ host | hba_address }} scram-sha-256\n{% endfor %}\n");
      assertThat(nodes.apply(postgresPlan(file, "backup: true", "")).steps("n1"))
          .containsExactly("changed written", "changed runs");
      assertThat(nodes.apply(postgresPlan(file, "backup: true", "")).steps("n1"))
          .containsExactly("ok written", "ok runs");
    }
  }

  @Test
  void what_was_never_accepted_cannot_come_back() {
    try (OnePostgres postgres = OnePostgres.start(Map.of(), Map.of("hba_file", HBA));
        LiveTarget target = target(postgres.access())) {
      RunFixture nodes = new RunFixture(directory).applyIn(target, event -> {});
      Path file = postgres.file("hba_file");
      nodes.file("new", HBA + "nonsense\n");
      assertThat(nodes.apply(postgresPlan(file, "backup: false", "")).error("runs").message())
          .contains("line 2: ")
          .endsWith(
              "its files stay as they are, since none are kept that it accepted before: it may not"
                  + " start again with them");
      assertThat(nodes.apply(postgresPlan(file, "backup: true", "put_back: false")).error("runs"))
          .extracting(error -> error.message())
          .asString()
          .endsWith("its files stay as they are (put_back: false)");
      assertThat(file).hasContent(HBA + "nonsense\n");
    }
  }

  @Test
  void postgres_refuses_a_bad_value_and_not_one_that_waits_for_its_restart() {
    try (OnePostgres postgres = OnePostgres.start(Map.of());
        LiveTarget target = target(postgres.access())) {
      RunFixture nodes = new RunFixture(directory).applyIn(target, event -> {});
      Path file = postgres.file("data/postgresql.conf");
      nodes.file("new", "max_connections = 77\nwork_mem = 5MB\n");
      assertThat(nodes.apply(postgresPlan(file, "backup: true", "")).steps("n1"))
          .containsExactly("changed written", "changed runs");
      for (String bad : List.of("work_mem = lots", "no_such_setting = 1", "work_mem 'x")) {
        nodes.file("new", "max_connections = 77\n" + bad + "\n");
        assertThat(nodes.apply(postgresPlan(file, "backup: true", "")).error("runs").message())
            .contains("postgresql.conf line 2: ")
            .endsWith(BACK);
        assertThat(file).hasContent("max_connections = 77\nwork_mem = 5MB\n");
      }
      postgres.restart();
    }
  }

  /** What the step asks names the new value, so it can't hold of the old file. */
  @Test
  void what_is_asked_of_the_new_file_alone_keeps_postgres_from_no_old_one() {
    try (OnePostgres postgres = OnePostgres.start(Map.of());
        LiveTarget target = target(postgres.access())) {
      RunFixture nodes = new RunFixture(directory).applyIn(target, event -> {});
      Path file = postgres.file("data/postgresql.conf");
      nodes.file("new", "work_mem = 5MB\n");
      assertThat(nodes.apply(postgresPlan(file, "backup: true", "")).steps("n1"))
          .containsExactly("changed written", "changed runs");
      nodes.file("new", "work_mem = 6MB\n");
      String asked =
          """
          errors: SELECT 'work_mem is ' || setting FROM pg_file_settings WHERE name = 'work_mem' AND setting <> '6MB'
          probe: SELECT false
          """
              .indent(6)
              .strip();
      assertThat(nodes.apply(postgresPlan(file, "backup: true", asked)).error("runs").message())
          .startsWith("postgres did not take its configuration: the probe does not hold")
          .endsWith(
              "the files that it accepted last are back, and it has reloaded them; what this step"
                  + " asks of the new ones doesn't hold of them: postgres finds errors in its"
                  + " configuration: work_mem is 5MB");
      assertThat(
              nodes
                  .apply(
                      """
                        - name: loaded
                          wait_for: {sql: "SELECT current_setting('work_mem') = '5MB'", database: postgres}
                      """)
                  .exit())
          .isEqualTo(ExitCode.DONE);
    }
  }

  private static String postgresPlan(Path file, String backup, String more) {
    return """
      - name: written
        render_template: {template: new, dest: %1$s, %2$s}
      - name: runs
        reload_service:
          service: postgres
          config: [%1$s]
          sql: SELECT pg_reload_conf()
          %3$s
    """
        .formatted(file, backup, more);
  }

  // --- haproxy ---

  @Test
  void haproxy_is_asked_before_it_is_told() {
    try (OneProxy haproxy = OneProxy.haproxy((address, _) -> cfg(address, ""));
        LiveTarget target = target(NO_POSTGRES)) {
      RunFixture nodes = new RunFixture(directory).applyIn(target, event -> {});
      Path file = haproxy.file("haproxy.cfg");
      nodes.file("new", cfg(haproxy.address(), "    frobnicate\n"));
      RunFixture.Played refused = nodes.apply(haproxyPlan(haproxy));
      assertThat(refused.error("runs").code()).isEqualTo(Code.CONFIGURATION_REFUSED);
      assertThat(refused.error("runs").message())
          .startsWith("the configuration of haproxy was rejected by haproxy: ")
          .contains("unknown keyword 'frobnicate'")
          .endsWith(BACK);
      assertThat(file).hasContent(cfg(haproxy.address(), ""));

      nodes.file("new", cfg(haproxy.address(), "    bind {{ '::1' | host_port(5001) }}\n"));
      assertThat(nodes.apply(haproxyPlan(haproxy)).steps("n1"))
          .containsExactly("changed written", "changed runs");
      assertThat(nodes.apply(haproxyPlan(haproxy)).steps("n1"))
          .containsExactly("ok written", "ok runs");
    }
  }

  // --- two runs at once ---

  /** As another run's reload does whose signal is heeded after ours. */
  @Test
  void a_worker_that_somebody_elses_reload_brought_has_read_the_files_too() throws Exception {
    try (OneProxy haproxy = OneProxy.haproxy((address, _) -> cfg(address, ""));
        LiveTarget target = target(NO_POSTGRES)) {
      RunFixture nodes = new RunFixture(directory).applyIn(target, event -> {});
      nodes.file("new", cfg(haproxy.address(), "    # new\n"));
      assertThat(nodes.apply(haproxyPlan(haproxy)).steps("n1"))
          .containsExactly("changed written", "changed runs");
      String pid = TestFiles.read(haproxy.file("pid")).strip();
      ProcessHandle master = ProcessHandle.of(Long.parseLong(pid)).orElseThrow();
      List<ProcessHandle> workers = master.children().toList();
      assertThat(new ProcessBuilder("kill", "-USR2", pid).start().waitFor()).isZero();
      Eventually.holds(
          "haproxy has another worker", () -> !workers.containsAll(master.children().toList()));
      assertThat(nodes.apply(haproxyPlan(haproxy)).steps("n1"))
          .containsExactly("ok written", "ok runs");
    }
  }

  @Test
  void two_runs_that_reload_at_the_same_time_both_end_well() throws Exception {
    try (OneProxy haproxy = OneProxy.haproxy((address, _) -> cfg(address, ""));
        LiveTarget one = target(NO_POSTGRES);
        LiveTarget other = target(NO_POSTGRES);
        ExecutorService runs = Executors.newFixedThreadPool(2)) {
      for (int round = 1; round <= 5; round++) {
        String wanted = cfg(haproxy.address(), "    # round " + round + "\n");
        List<Future<RunFixture.Played>> both = new ArrayList<>();
        for (LiveTarget target : List.of(one, other)) {
          RunFixture nodes =
              new RunFixture(Files.createTempDirectory(directory, "run"))
                  .applyIn(target, event -> {});
          nodes.file("new", wanted);
          both.add(runs.submit(() -> nodes.apply(haproxyPlan(haproxy))));
        }
        for (Future<RunFixture.Played> run : both) {
          RunFixture.Played played = run.get();
          assertThat(played.steps("n1"))
              .as("%s", played)
              .noneMatch(step -> step.startsWith("failed"));
        }
      }
      RunFixture nodes = new RunFixture(directory).applyIn(one, event -> {});
      nodes.file("new", cfg(haproxy.address(), "    # round 5\n"));
      assertThat(nodes.apply(haproxyPlan(haproxy)).steps("n1"))
          .containsExactly("ok written", "ok runs");
    }
  }

  // --- secrets ---

  @Test
  void what_a_service_says_is_shown_without_the_secrets_of_its_files() throws Exception {
    String secret = "{{ secret('file:%s') }}".formatted(directory.resolve("password"));
    TestFiles.write(directory.resolve("password"), "hush-4711\n");
    try (OneProxy haproxy = OneProxy.haproxy((address, _) -> cfg(address, ""));
        OneProxy pgbouncer = OneProxy.pgbouncer((address, at) -> ini(address, at, "70"));
        LiveTarget target = target(NO_POSTGRES)) {
      RunFixture nodes = new RunFixture(directory).applyIn(target, event -> {});
      nodes.file("new", cfg(haproxy.address(), "    " + secret + "\n"));
      assertThat(nodes.apply(haproxyPlan(haproxy)).error("runs").message())
          .as("its validation")
          .contains("unknown keyword '***'")
          .doesNotContain("hush");
      file(nodes, pgbouncer, secret);
      assertThat(nodes.apply(pgbouncerPlan(pgbouncer)).error("runs").message())
          .as("its log")
          .contains("invalid value \"***\"")
          .doesNotContain("hush");
    }
  }

  private static String cfg(String address, String more) {
    return """
    defaults
        mode tcp
        timeout connect 1s
        timeout client 1s
        timeout server 1s
    listen one
        bind %s:5000
    %s\
    """
        .formatted(address, more);
  }

  private static String haproxyPlan(OneProxy haproxy) {
    return """
      - name: written
        render_template: {template: new, dest: %1$s, backup: true}
      - name: runs
        reload_service:
          service: haproxy
          config: [%1$s]
          validate: [haproxy, -c, -f, %1$s]
          signal: USR2
          pid_file: %2$s
          new_worker: true
    """
        .formatted(haproxy.file("haproxy.cfg"), haproxy.file("pid"));
  }
}
