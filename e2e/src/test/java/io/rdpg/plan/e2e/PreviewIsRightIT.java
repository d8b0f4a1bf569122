package io.rdpg.plan.e2e;

import static io.rdpg.plan.e2e.CrashPoint.after;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.rdpg.plan.testing.Sweep;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/**
 * What a preview forecasts is what the applies after it perform, and itself it performs nothing:
 * all that a run could touch is afterwards as it was, and what was sent to servers and shells were
 * looks alone. Of bare clusters, after each step of a bootstrap, and when all is there.
 *
 * <p>A stage is what a killed run left behind. Nobody else changes this world, so the effects that
 * the preview of a stage forecasts are all those that are performed from there to the end, each
 * alike in node, step, kind, target, summary and diff; effects of steps that the preview calls
 * tentative are not counted. A run that is killed can't tell of the step that each other node was
 * at just then. An effect of such a step, begun and not ended by the run's own events, may
 * therefore be forecast and nobody tell that it was performed. It may not be performed and not be
 * forecast. A plan that is included at two places may do at the first what was forecast for the
 * second, when a run was killed in between. Nothing else is tolerated.
 *
 * <p>Any node may claim the lead, and a preview shows the first in the inventory. Here it is the
 * first: the others wait for its claim.
 */
@Tag("cluster")
@Tag("long")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class PreviewIsRightIT {
  /** Of some forty; all of them with {@code -Drdpg.sweep=all}. */
  private static final int STAGES = 3;

  @AutoClose private static LabUnderTest lab;
  private static OverheardShell shells;
  private static PlanCopy plans;

  @BeforeAll
  static void start() {
    lab = LabUnderTest.start();
    OverheardSql.setUp(lab); // also keeps autovacuum from moving things by itself
    shells = OverheardShell.setUp(lab);
    plans = copy();
  }

  private static PlanCopy copy() {
    return PlanCopy.in(lab.directory()).firstLeads();
  }

  /**
   * After each step that changes something in a normal run, in the order of the preview that told
   * of it. Each is a run that goes on from where the one before was killed.
   */
  private static Set<CrashPoint> afterEachStep(CommandResult bare) {
    Set<CrashPoint> points = new LinkedHashSet<>();
    for (JsonNode step : bare.events("step_finished")) {
      if (step.path("status").asText().equals("would_change")) {
        points.add(after(plans.of(step.path("plan").asText()), step.path("step").asText()));
      }
    }
    return points;
  }

  /** A run takes the lock, or ends the session of a holder that died. */
  @Test
  @Order(1)
  void a_preview_while_another_holds_the_lock() {
    JsonNode session = lab.consulPut("sc1", "/v1/session/create", "{}");
    String holder = "?acquire=" + session.path("ID").asText();
    lab.consulPut("sc1", "/v1/kv/rdpg/rdpgsc1/bootstrap/lock" + holder, "");
    previewed();
    lab.endSession(session);
  }

  @Test
  @Order(1)
  void no_secret_is_shown_of_bare_clusters() throws IOException {
    showsNoSecret("CREATE ROLE rdpg", "--dry-run", "--diff");
  }

  @Test
  @Order(2)
  void a_preview_of_each_stage_of_a_bootstrap() {
    Map<String, PreviewForecast> forecasts = new LinkedHashMap<>();
    List<Performed> runs = new ArrayList<>();
    CommandResult bareClusters = previewed();
    forecasts.put("of bare clusters", PreviewForecast.by(bareClusters));
    Set<CrashPoint> points = afterEachStep(bareClusters);
    assertThat(points).hasSizeGreaterThan(30);
    for (CrashPoint crash : Sweep.of(List.copyOf(points), STAGES)) {
      Running run = crash.arm(copy()).start(lab, lab.nodes());
      CommandResult killed = run.await();
      assertThat(killed.exit()).as("killed %s: %s", crash, killed).isEqualTo(CrashPoint.KILLED);
      runs.add(Performed.by(run.events()));
      lab.endSessions();
      forecasts.put(crash.toString(), preview());
    }
    runs.add(Performed.by(applied().events())); // nothing is left where the last was killed late

    PreviewForecast.assertAllWereRight(forecasts, runs);

    PreviewForecast bare = forecasts.values().iterator().next();
    assertThat(bare.effects()).hasSizeGreaterThan(150);
    assertThat(bare.openShare()).isLessThan(0.1);
    complete();
    everyDifferenceIsSeen(bare);
  }

  /** Else the above would hold for everything. */
  private static void everyDifferenceIsSeen(PreviewForecast forecast) {
    StepEffect left = forecast.effects().getLast();
    List<StepEffect> others = forecast.effects().subList(0, forecast.effects().size() - 1);
    assertThat(forecast.against(new Performed(others, Set.of())).missing()).containsExactly(left);
    assertThat(
            new PreviewForecast(forecast.steps(), others, forecast.tentative())
                .against(new Performed(forecast.effects(), Set.of()))
                .unforeseen())
        .containsExactly(left);
  }

  /** Nothing is to be done, and it is sure of that. */
  private static PreviewForecast complete() {
    PreviewForecast forecast = preview();
    Performed nothing = new Performed(List.of(), Set.of());
    System.out.println(forecast.against(nothing).line("of all that is there", forecast));
    assertThat(forecast.effects()).isEmpty();
    assertThat(forecast.tentative()).isEmpty();
    return forecast;
  }

  @Test
  @Order(3)
  void a_preview_of_what_was_changed_by_hand() throws IOException {
    lab.consulDelete("/v1/kv/rdpg/rdpgmc/cluster/service");
    Files.setPosixFilePermissions(
        lab.file("mc2", "handlers/rdpg-watch"), PosixFilePermissions.fromString("rwx------"));
    lab.sql("mc3", "rdpg", "DROP EXTENSION hstore");
    lab.consulPut("sc2", "/v1/agent/service/deregister/pgbouncer", "");
    Files.writeString(
        lab.file("sc1", "postgres/data/pg_hba.conf"),
        "host all all 192.0.2.1/32 reject\n",
        StandardOpenOption.APPEND);

    PreviewForecast forecast = preview();
    PreviewForecast.Outcome outcome = forecast.against(overheard());

    System.out.println(outcome.line("of what was changed by hand", forecast));
    assertThat(outcome.differences()).isEmpty();
    assertThat(outcome.rightShare()).isCloseTo(1, within(0.0));
    assertThat(forecast.tentative()).isEmpty();
    assertThat(forecast.effects().stream().map(StepEffect::step))
        .containsExactlyInAnyOrder(
            "mc1: what the cluster is/cluster service",
            "mc2: watches/watches.yml/handler",
            "mc3: extensions[6]",
            "sc1: the way to and from the peers/peers.yml/pg_hba.conf",
            "sc1: the way to and from the peers/peers.yml/postgres runs with pg_hba.conf",
            "sc2: pgbouncer, haproxy and their registrations/services.yml/"
                + "registrations/registrations.yml/register {{ service.name }}[2]");
    complete();
  }

  private static PreviewForecast preview() {
    return PreviewForecast.by(previewed());
  }

  /** A preview, after which all that a run could touch is as it was. */
  private static CommandResult previewed() {
    Map<String, String> before = Footprint.whenQuiet(lab);
    try (Overheard run = Overheard.from(lab, shells)) {
      CommandResult preview =
          lab.run("apply", plans.path("bootstrap.yml"), "--dry-run", "-o", "json").exits(0);
      assertThat(Footprint.differences(before, Footprint.of(lab))).isEmpty();
      run.sawOnlyLooks();
      return preview;
    }
  }

  /** A run whose acts are seen; else it would show nothing that a preview is seen to do none. */
  private static Performed overheard() {
    try (Overheard run = Overheard.from(lab, shells)) {
      CommandResult apply = applied();
      run.sawActsOfEachKind();
      return Performed.by(apply.events());
    }
  }

  private static CommandResult applied() {
    return lab.run("apply", plans.path("bootstrap.yml"), "-o", "json").exits(0);
  }

  @Test
  @Order(4)
  void no_secret_is_shown_where_files_and_roles_differ() throws IOException {
    for (String node : lab.nodes()) {
      Files.writeString(lab.file(node, "postgres/rdpg.pgpass"), "by hand\n");
      lab.sql(node, "postgres", "ALTER ROLE health SUPERUSER");
    }
    for (String node : lab.nodes("rdpgsc1")) {
      Files.writeString(
          lab.file(node, "haproxy/haproxy.cfg"), "# by hand\n", StandardOpenOption.APPEND);
    }
    showsNoSecret("(a line that is not shown", "--dry-run", "--diff");
    showsNoSecret("(a line that is not shown", "--diff");
    complete();
  }

  /** Runs it and looks for all of the lab's passwords in what it prints. */
  private static void showsNoSecret(String shows, String... options) throws IOException {
    CommandResult result = lab.run(List.of("apply", plans.path("bootstrap.yml")), options).exits(0);
    assertThat(result.stdout()).contains(shows);
    try (Stream<Path> files = Files.list(lab.home().resolve("secrets"))) {
      assertThat(files)
          .isNotEmpty()
          .allSatisfy(file ->
              assertThat(result.stdout() + result.stderr())
                  .doesNotContain(lab.secret(file.getFileName().toString())));
    }
  }
}
