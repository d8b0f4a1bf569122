package io.rdpg.plan.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Failure;
import io.rdpg.plan.language.model.LabSettings;
import io.rdpg.plan.system.LocalProcess;
import io.rdpg.plan.testing.Eventually;
import io.rdpg.plan.testing.OwnThread;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Three managers and two service nodes, real servers all of them; every test leaves them up. */
@Tag("cluster")
class LabIT {
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  private static final LabSpec SPEC = TestLabs.managersAndService();
  private static final LabHome HOME = new LabHome(SPEC.home());
  private static final LabNode MANAGER = SPEC.nodes().getFirst();
  private static final LabNode SERVICE = SPEC.nodes().getLast();
  private static final Lab LAB = new Lab(SPEC);

  @BeforeAll
  static void up() {
    long start = System.nanoTime();
    List<String> started = LAB.up(TestLabs::say);
    TestLabs.say("all up after " + millisSince(start) + " ms");
    assertThat(started).hasSize(3 * 3 + 2 * 5).contains("mc1 consul", "sc2 haproxy");
  }

  @AfterAll
  static void remove() {
    LAB.down(TestLabs::say);
  }

  @Test
  void every_node_answers() throws Exception {
    assertThat(LAB.status().up()).isTrue();
    for (LabNode node : SPEC.nodes()) {
      assertThat(ssh(node, "id -un; command -v sshd consul"))
          .startsWith(System.getProperty("user.name"))
          .contains("/sshd\n", "/consul");
      assertThat(query(node, "SHOW wal_level")).isEqualTo("logical");
      assertThat(get(node, "/v1/status/leader")).contains(":8300");
    }
  }

  @Test
  void every_postgres_has_its_own_system_identifier() throws Exception {
    Set<String> identifiers = new HashSet<>();
    for (LabNode node : SPEC.nodes()) {
      identifiers.add(query(node, "SELECT system_identifier FROM pg_control_system()"));
    }
    assertThat(identifiers).hasSize(SPEC.nodes().size());
  }

  @Test
  void consul_sees_every_node() {
    for (LabNode node : SPEC.nodes()) {
      eventually(() -> get(node, "/v1/catalog/nodes").split("\"Node\"", -1).length == 6);
      eventually(() -> get(node, "/v1/health/state/critical").equals("[]"));
    }
  }

  @Test
  void reloads_reach_pgbouncer_and_haproxy_by_their_pid_files() throws Exception {
    Path haproxy = HOME.server(SERVICE, ServerKind.HAPROXY);
    Path pgbouncer = HOME.server(SERVICE, ServerKind.PGBOUNCER);
    Files.writeString(
        haproxy.resolve("haproxy.cfg"),
        """

        frontend writes
            bind %s:%d
            default_backend master
        backend master
            server master %s:%d
        """
            .formatted(SERVICE.address(), 5432, SERVICE.address(), 6432),
        java.nio.file.StandardOpenOption.APPEND);
    Files.writeString(pgbouncer.resolve("users.txt"), "\"rdpg\" \"secret\"\n");
    Files.writeString(
        pgbouncer.resolve("pgbouncer.ini"),
        "admin_users = rdpg\n",
        java.nio.file.StandardOpenOption.APPEND);

    ssh(SERVICE, "kill -USR2 $(cat " + haproxy.resolve("haproxy.pid") + ")");
    ssh(SERVICE, "kill -HUP $(cat " + pgbouncer.resolve("pgbouncer.pid") + ")");

    String showVersion =
        "PGPASSWORD=secret psql -w -h %s -p 5432 -U rdpg -d pgbouncer -c 'SHOW VERSION'"
            .formatted(SERVICE.address());
    eventually(() -> ssh(SERVICE, showVersion + " 2>&1 || true").contains("PgBouncer"));
    assertThat(LAB.up(TestLabs::say)).isEmpty();
  }

  @Test
  void watch_handlers_run_as_the_lab_user_with_a_path() throws Exception {
    Path output = HOME.handlers(MANAGER).resolve("seen");
    Path config = HOME.server(MANAGER, ServerKind.CONSUL).resolve("conf.d/watch.json");
    Files.writeString(
        config,
        """
        {"watches": [{"type": "key", "key": "k", "args":
            ["sh", "-c", "(id -un; env; cat) >%s.part && mv %1$s.part %1$s"]}]}
        """
            .formatted(output));
    put(MANAGER, "/v1/agent/reload");
    put(MANAGER, "/v1/kv/k");

    eventually(() -> Files.exists(output) && Files.readString(output).contains("CONSUL_INDEX"));
    TestLabs.say("a watch handler's environment: " + Files.readString(output).replace('\n', ' '));
    assertThat(output)
        .content()
        .startsWith(LabUser.detect().name() + "\n")
        .contains("PATH=")
        .contains("/usr/sbin");
  }

  @Test
  void up_touches_nothing_when_everything_runs() {
    LAB.up(TestLabs::say);
    List<ServerProcess> before = processes(HOME);

    assertThat(LAB.up(TestLabs::say)).isEmpty();

    assertThat(processes(HOME)).isEqualTo(before);
  }

  @ParameterizedTest
  @EnumSource
  void a_killed_server_is_started_again_alone(ServerKind kind) {
    Path record = HOME.processRecord(SERVICE, kind);
    ServerProcess killed = ServerProcess.recorded(record).orElseThrow();
    ProcessHandle.of(killed.pid()).orElseThrow().destroyForcibly();
    eventually(() -> !killed.alive());
    assertThat(LAB.status().nodes().getLast().down()).containsExactly(kind.word());

    assertThat(LAB.up(TestLabs::say)).containsExactly(SERVICE.name() + " " + kind.word());

    assertThat(ServerProcess.recorded(record).orElseThrow()).isNotEqualTo(killed);
    assertThat(LAB.status().up()).isTrue();
  }

  @Test
  void a_pid_file_that_names_another_process_keeps_nothing_down() throws Exception {
    long somebodyElse =
        ServerProcess.recorded(HOME.processRecord(SERVICE, ServerKind.CONSUL)).orElseThrow().pid();
    Path postmaster = HOME.server(SERVICE, ServerKind.POSTGRES).resolve("data/postmaster.pid");
    Path pgbouncer = HOME.server(SERVICE, ServerKind.PGBOUNCER).resolve("pgbouncer.pid");
    for (ServerKind kind : List.of(ServerKind.POSTGRES, ServerKind.PGBOUNCER)) {
      ServerProcess killed =
          ServerProcess.recorded(HOME.processRecord(SERVICE, kind)).orElseThrow();
      ProcessHandle.of(killed.pid()).orElseThrow().destroyForcibly();
      eventually(() -> !killed.alive() && !LocalProcess.isZombie(killed.pid()));
    }
    List<String> lines = Files.readAllLines(postmaster);
    lines.set(0, Long.toString(somebodyElse));
    Files.write(postmaster, lines);
    Files.writeString(pgbouncer, somebodyElse + "\n");

    assertThat(LAB.up(TestLabs::say)).containsExactly("sc2 postgres", "sc2 pgbouncer");
  }

  @Test
  void stop_ends_everything_and_keeps_the_data() throws Exception {
    query(MANAGER, "CREATE TABLE IF NOT EXISTS kept (word text); SELECT 'made'");
    put(MANAGER, "/v1/kv/kept");
    List<ServerProcess> before = processes(HOME);

    assertThat(LAB.stop(TestLabs::say)).hasSize(19);
    assertThat(before).noneMatch(ServerProcess::alive);
    assertThat(LAB.stop(TestLabs::say)).isEmpty();

    assertThat(LAB.up(TestLabs::say)).hasSize(19);
    assertThat(query(MANAGER, "SELECT to_regclass('kept')")).isEqualTo("kept");
    assertThat(get(MANAGER, "/v1/kv/kept")).contains("\"Key\":\"kept\"");
  }

  @Test
  void a_node_that_is_stopped_alone_stays_so_until_it_is_released() {
    assertThatThrownBy(() -> LAB.stop(List.of("sc2", "sc9"), TestLabs::say))
        .hasMessageContaining("the lab has no node 'sc9'");
    assertThat(LAB.status().up()).isTrue();

    assertThat(LAB.stop(List.of("sc2"), TestLabs::say)).hasSize(5).contains("sc2 postgres");
    assertThat(LAB.up(TestLabs::say)).isEmpty();
    assertThat(LAB.status().up()).isFalse();
    assertThat(LAB.status().ready()).isTrue();
    assertThat(LAB.status().stopped()).containsExactly("sc2");
    LAB.release(List.of("mc1"), TestLabs::say);
    assertThat(LAB.up(TestLabs::say)).isEmpty();

    LAB.release(List.of(), TestLabs::say);
    assertThat(LAB.up(TestLabs::say)).hasSize(5);
    assertThat(LAB.status().up()).isTrue();
  }

  @Test
  void two_ups_at_once_start_each_server_once() throws Exception {
    LAB.stop(TestLabs::say);

    CompletableFuture<List<String>> other = OwnThread.supply(() -> new Lab(SPEC).up(TestLabs::say));
    List<String> mine = LAB.up(TestLabs::say);

    assertThat(mine.size() + other.get().size()).isEqualTo(19);
  }

  @Test
  void down_leaves_no_process_and_no_directory() {
    LabSpec spec = TestLabs.oneNode();
    LabHome home = new LabHome(spec.home());
    Lab lab = new Lab(spec);
    lab.up(TestLabs::say);
    List<ServerProcess> processes = processes(home);
    assertThat(processes).hasSize(5).allMatch(ServerProcess::alive);

    assertThat(lab.down(TestLabs::say)).hasSize(5);

    assertThat(processes).noneMatch(ServerProcess::alive);
    assertThat(spec.home()).doesNotExist();
    assertThat(ProcessHandle.allProcesses())
        .noneMatch(p -> p.info().commandLine().orElse("").contains(spec.home().toString()));
    assertThat(lab.down(TestLabs::say)).isEmpty();
  }

  @Test
  void a_taken_port_is_named_before_anything_starts() throws Exception {
    LabSpec spec = TestLabs.oneNode();
    LabNode node = spec.nodes().getFirst();
    Lab lab = new Lab(spec);
    try (ServerSocket _ = new ServerSocket(7432, 1, InetAddress.ofLiteral(node.address()))) {
      assertThatThrownBy(() -> lab.up(TestLabs::say))
          .isInstanceOfSatisfying(
              Failure.class, e -> assertThat(e.diagnostic().code()).isEqualTo(Code.LAB_FAILED))
          .hasMessageContaining(node.address() + ":7432 (for sc1 postgres)");
      assertThat(processes(new LabHome(spec.home()))).isEmpty();
    } finally {
      lab.down(TestLabs::say);
    }
  }

  @Test
  void a_home_that_the_servers_cannot_enter_is_refused() throws Exception {
    assumeTrue(LabUser.detect().isOther(), "servers run as the same user");
    Path closed = Files.createTempDirectory("closed");
    Lab lab = new Lab(new LabSpec(closed.resolve("home"), TestLabs.oneNode().nodes()));
    try {
      assertThatThrownBy(() -> lab.up(TestLabs::say))
          .hasMessageContaining("can't enter " + closed.resolve("home"));
    } finally {
      lab.down(TestLabs::say);
      Files.delete(closed);
    }
  }

  @Test
  void an_older_postgres_runs_too() throws Exception {
    LabSpec one = TestLabs.oneNode();
    LabSpec spec =
        new LabSpec(one.home(), one.nodes(), LabSettings.Postgres.version("16.15.0"), false);
    Lab lab = new Lab(spec);
    try {
      lab.up(TestLabs::say);
      assertThat(query(new LabHome(spec.home()), spec.nodes().getFirst(), "SHOW server_version"))
          .isEqualTo("16.15");
      assertThatThrownBy(
              () -> {
                lab.stop(TestLabs::say);
                new Lab(one).up(TestLabs::say);
              })
          .hasMessageContaining("created by PostgreSQL 16");
    } finally {
      lab.down(TestLabs::say);
    }
  }

  private static String ssh(LabNode node, String command) throws Exception {
    Process ssh =
        new ProcessBuilder(
                "ssh",
                "-F",
                "none",
                "-o",
                "BatchMode=yes",
                "-o",
                "StrictHostKeyChecking=yes",
                "-o",
                "UserKnownHostsFile=" + HOME.knownHosts(),
                "-i",
                HOME.clientKey().toString(),
                "-p",
                Integer.toString(node.ports().ssh()),
                node.address(),
                command)
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    String said = new String(ssh.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(ssh.waitFor()).as("exit code of ssh").isZero();
    return said;
  }

  private static String query(LabNode node, String sql) throws SQLException {
    return query(HOME, node, sql);
  }

  private static String query(LabHome home, LabNode node, String sql) throws SQLException {
    String password =
        new LabPasswords(home.secrets()).read(LabPasswords.POSTGRES).orElseThrow().reveal();
    String url =
        "jdbc:postgresql://" + node.address() + ":" + node.ports().postgres() + "/postgres";
    try (Connection connection = DriverManager.getConnection(url, "postgres", password);
        Statement statement = connection.createStatement()) {
      boolean rows = statement.execute(sql);
      while (!rows) {
        rows = statement.getMoreResults();
      }
      try (ResultSet result = statement.getResultSet()) {
        assertThat(result.next()).isTrue();
        return result.getString(1);
      }
    }
  }

  private static String get(LabNode node, String path) throws Exception {
    return HTTP.send(
            HttpRequest.newBuilder(uri(node, path)).build(), HttpResponse.BodyHandlers.ofString())
        .body();
  }

  private static void put(LabNode node, String path) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(uri(node, path))
            .PUT(HttpRequest.BodyPublishers.ofString("value"))
            .build();
    assertThat(HTTP.send(request, HttpResponse.BodyHandlers.ofString()).statusCode())
        .isEqualTo(200);
  }

  private static URI uri(LabNode node, String path) {
    return URI.create("http://" + node.address() + ":" + node.ports().consul() + path);
  }

  private static List<ServerProcess> processes(LabHome home) {
    return Stream.of(ServerKind.values())
        .flatMap(kind ->
            SPEC.nodes().stream()
                .flatMap(node -> ServerProcess.recorded(home.processRecord(node, kind)).stream()))
        .toList();
  }

  private static long millisSince(long start) {
    return Duration.ofNanos(System.nanoTime() - start).toMillis();
  }

  private static void eventually(Eventually.Condition condition) {
    Eventually.holds("what the test waits for", condition);
  }
}
