package io.rdpg.plan.e2e;

import static io.rdpg.plan.e2e.CrashPoint.after;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rdpg.plan.testing.Eventually;
import io.rdpg.plan.testing.Sweep;
import io.rdpg.plan.testing.TestFiles;
import io.rdpg.plan.trial.TrialNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/** All passwords of a service cluster are changed while clients write through every haproxy. */
@Tag("cluster")
@Tag("long")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class RotatePasswordsIT {
  private static final List<String> NAMES = List.of("postgres", "rdpg", "health", "haproxy_stats");
  private static final String STATISTICS = "haproxy_stats";
  private static final int STATISTICS_PORT = 8404;

  @AutoClose private static final LabUnderTest LAB = LabUnderTest.serviceCluster();
  @AutoClose private static AcknowledgedWrites writes;

  @BeforeAll
  static void bootstrap() {
    LAB.letClientsWait();
    TestFiles.write(
        LAB.inventory(),
        TestFiles.read(LAB.inventory())
            .replaceFirst(
                "(?m)^    (pg)_password: .*$",
                "$0\n"
                    + previous("pg", "postgres")
                    + previous("rdpg", "rdpg")
                    + previous("health", "health")));
    NAMES.forEach(name -> replace(name, LAB.secret(name)));
    apply("bootstrap.yml").exits(0);
    writes = new AcknowledgedWrites(LAB).start();
  }

  @AfterAll
  static void nothing_was_lost_or_doubled() {
    writes.assertNothingLostOrDoubled();
  }

  private static String previous(String variable, String name) {
    return "    %s_password_previous: \"{{ secret('file:' ~ lab.home ~ '/secrets/%s_previous') }}\"\n"
        .formatted(variable, name);
  }

  /** The inventory has another password now, and the one before beside it. */
  private static void replace(String name, String password) {
    Path secrets = LAB.home().resolve("secrets");
    TestFiles.write(secrets.resolve(name + "_previous"), LAB.secret(name));
    TestFiles.write(secrets.resolve(name), password);
  }

  /** Replaces all of them; gives the ones before. */
  private static Map<String, String> replaceAll() {
    Map<String, String> before = new HashMap<>();
    for (String name : NAMES) {
      before.put(name, LAB.secret(name));
      replace(name, UUID.randomUUID().toString());
    }
    return before;
  }

  private static CommandResult apply(String plan, String... more) {
    return LAB.run(List.of("apply", plan, "-o", "json"), more);
  }

  private static Connection login(String node, int port, String user, String password)
      throws SQLException {
    return LAB.connect(node, port, "postgres", user, password);
  }

  private static void assertOnlyNewOnesAreGood(Map<String, String> before) {
    for (String node : LAB.nodes()) {
      for (String user : List.of("rdpg", "health", "postgres")) {
        assertOnlyNewOneIsGood(node, LabUnderTest.POSTGRES, user, before);
      }
      for (int port : List.of(LabUnderTest.PGBOUNCER, LabUnderTest.HAPROXY)) {
        assertOnlyNewOneIsGood(node, port, "rdpg", before);
        assertOnlyNewOneIsGood(node, port, "health", before);
      }
      assertThat(statistics(node, LAB.secret(STATISTICS))).as(node).isEqualTo(200);
      Eventually.holds( // the worker before is ending
          "the page of " + node + " refuses the password before",
          () -> statistics(node, known(before, STATISTICS)) == 401);
    }
  }

  private static String known(Map<String, String> passwords, String name) {
    return Objects.requireNonNull(passwords.get(name));
  }

  private static void assertOnlyNewOneIsGood(
      String node, int port, String user, Map<String, String> before) {
    String where = user + " at " + node + ":" + port;
    try (Connection connection = login(node, port, user, LAB.secret(user))) {
      assertThat(TrialNode.rows(connection, "SELECT 1")).as(where).containsExactly("1");
    } catch (SQLException e) {
      throw new AssertionError(where, e);
    }
    assertThatThrownBy(() -> login(node, port, user, known(before, user)).close())
        .as(where)
        .isInstanceOf(SQLException.class)
        .hasMessageMatching("(?s).*(password|SASL) authentication failed.*");
  }

  private static int statistics(String node, String password) {
    String login =
        Base64.getEncoder().encodeToString(("rdpg:" + password).getBytes(StandardCharsets.UTF_8));
    HttpRequest request =
        HttpRequest.newBuilder(
                URI.create("http://" + LAB.address(node) + ":" + STATISTICS_PORT + "/"))
            .header("Authorization", "Basic " + login)
            .build();
    try (HttpClient http = HttpClient.newHttpClient()) {
      return http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
    } catch (IOException e) {
      throw new AssertionError(node, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  /** Every node reads from the other by the new password: its connection is made anew. */
  private static void assertReplicatesAnew() {
    for (String node : LAB.nodes()) {
      List<String> before =
          LAB.sql(
              node, "rdpg", "SELECT pid FROM pg_stat_subscription WHERE pg_terminate_backend(pid)");
      Eventually.holds(
          "the workers of " + node + " have ended",
          () ->
              LAB.sql(node, "rdpg", "SELECT pid FROM pg_stat_activity").stream()
                  .noneMatch(before::contains));
    }
    new WholeCluster(LAB).assertEveryPairReads();
  }

  /** No file, no process and no key holds any of these but where it is used. */
  private static void assertNowhere(Iterable<String> passwords, CommandLines seen)
      throws IOException {
    for (String password : passwords) {
      assertThat(seen.seen()).noneMatch(line -> line.contains(password));
      assertThat(LAB.keys().values()).noneMatch(value -> value.contains(password));
      try (Stream<Path> files = Files.walk(LAB.directory())) {
        assertThat(files.filter(Files::isRegularFile).filter(file -> holds(file, password)))
            .allMatch(file -> file.toString().matches(".*/lab/secrets/.*"));
      }
    }
  }

  private static boolean holds(Path file, String text) {
    try {
      return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1).contains(text);
    } catch (NoSuchFileException e) {
      return false; // servers come and go with files
    } catch (IOException e) {
      throw new AssertionError(file.toString(), e);
    }
  }

  @Test
  @Order(1)
  void no_other_plan_changes_passwords_in_passing() {
    String before = LAB.secret("rdpg");
    replace("rdpg", "something-else");
    List<CommandResult> refused =
        List.of(
            apply("bootstrap.yml"),
            apply("services.yml"),
            apply("rolling.yml"),
            apply("switch-over.yml", "-e", "to=sc2"));
    replace("rdpg", before);
    for (CommandResult each : refused) {
      assertThat(each.exit()).as(each.said()).isEqualTo(1);
      assertThat(each.steps("changed")).isEmpty();
      assertThat(each.stdout())
          .contains("another password than PostgreSQL on sc1 for rdpg", "rotate-passwords.yml");
    }
    writes.awaitMore();
  }

  @Test
  @Order(2)
  void clients_go_on_and_afterwards_only_the_new_passwords_are_good()
      throws SQLException, IOException {
    Map<String, String> before;
    try (CommandLines commandLines = new CommandLines();
        Connection own =
            login(LAB.nodes().getLast(), LabUnderTest.HAPROXY, "health", LAB.secret("health"));
        Logins logins = new Logins(LAB)) {
      TrialNode.rows(own, "SELECT 1");
      before = replaceAll();
      PreviewForecast forecast =
          PreviewForecast.by(apply("rotate-passwords.yml", "--dry-run").exits(0));
      CommandResult rotated =
          LAB.start("apply", "rotate-passwords.yml", "-o", "json").await().exits(0);

      PreviewForecast.Outcome outcome = forecast.against(Performed.by(rotated.events()));
      System.out.println(outcome.line("of a change of passwords", forecast));
      assertThat(outcome.differences()).isEmpty();
      assertThat(forecast.openShare()).isLessThan(0.1);
      assertThat(forecast.effects()).anyMatch(effect -> effect.step().endsWith("/user rdpg"));
      assertThat(rotated.steps("changed"))
          .anyMatch(step -> step.startsWith("sc1: ") && step.contains("/superuser "))
          .anyMatch(step -> step.startsWith("sc2: ") && step.endsWith("/haproxy.cfg"));
      assertThat(TrialNode.rows(own, "SELECT current_user")).containsExactly("health");
      logins.awaitMore();
      assertNowhere(before.values(), commandLines);
      assertThat(commandLines.seen())
          .noneMatch(line -> NAMES.stream().map(LAB::secret).anyMatch(line::contains));
    }
    writes.awaitMore();
    assertOnlyNewOnesAreGood(before);
    assertReplicatesAnew();
    assertThat(apply("bootstrap.yml").exits(0).steps("changed")).isEmpty();
  }

  @Test
  @Order(3)
  void a_transaction_that_goes_on_for_too_long_leaves_all_as_it_was() throws SQLException {
    PlanCopy impatient = PlanCopy.in(LAB.directory()).replace("pause.yml", "10s", "1s");
    try (Connection busy =
        login(LAB.nodes().getFirst(), LabUnderTest.HAPROXY, "rdpg", LAB.secret("rdpg"))) {
      busy.setAutoCommit(false);
      TrialNode.rows(busy, "SELECT 1");
      String before = LAB.secret("rdpg");
      replace("rdpg", UUID.randomUUID().toString());
      CommandResult refused = apply(impatient.path("rotate-passwords.yml"));
      assertThat(refused.exit()).as(refused.said()).isNotZero();
      assertThat(refused.steps("failed").toString()).contains("clients wait");
      TrialNode.rows(busy, "SELECT 1");
      busy.commit();
      replace("rdpg", before);
    }
    writes.awaitMore();
    assertThat(apply("rotate-passwords.yml").exits(0).steps("changed")).isEmpty();
  }

  static List<CrashPoint> points() {
    return List.of(
        after("pause.yml", "clients wait"),
        after("set-passwords.yml", "user rdpg"),
        after("set-passwords.yml", "superuser {{ pg.user }}"),
        after("services.yml", "pgbouncer users"),
        after("resume.yml", "the way is tried"));
  }

  /** Clients wait meanwhile, and see nothing of it. */
  @Test
  @Order(4)
  void a_rotation_that_is_killed_is_ended_by_the_next_one() {
    for (CrashPoint crash : Sweep.of(points(), 2)) {
      Map<String, String> before = replaceAll();
      CommandResult killed = crash.arm(LAB).start(LAB, "rotate-passwords.yml", LAB.nodes()).await();
      assertThat(killed.exit()).as("killed %s: %s", crash, killed).isEqualTo(CrashPoint.KILLED);
      apply("rotate-passwords.yml").exits(0);
      writes.awaitMore();
      assertOnlyNewOnesAreGood(before);
    }
  }
}
