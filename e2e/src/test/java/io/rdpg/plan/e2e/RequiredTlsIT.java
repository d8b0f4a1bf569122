package io.rdpg.plan.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.rdpg.plan.testing.Eventually;
import io.rdpg.plan.testing.TestAuthority;
import io.rdpg.plan.trial.TrialNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** A cluster that was bootstrapped without TLS, and is told to require it. */
@Tag("cluster")
@Tag("long")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class RequiredTlsIT {
  private static final String WITHOUT_TLS =
      "SELECT count(*) FROM pg_stat_replication JOIN pg_stat_ssl USING (pid) WHERE NOT ssl";

  @TempDir static Path certificates;
  @AutoClose private static LabUnderTest lab;

  @SuppressWarnings("NullAway.Init")
  private static TestAuthority authority;

  @BeforeAll
  static void start() {
    lab = LabUnderTest.serviceCluster();
    lab.run("apply", "bootstrap.yml").exits(0);
  }

  /** On the node, where its servers find it and only they may read it. */
  private static Path place(String node, String name, Path file) throws IOException {
    Path data = lab.file(node, "postgres/data");
    Path placed = Files.copy(file, data.resolveSibling(name), StandardCopyOption.REPLACE_EXISTING);
    Files.setPosixFilePermissions(placed, PosixFilePermissions.fromString("rw-------"));
    Files.setOwner(placed, Files.getOwner(data));
    return placed;
  }

  private static CommandResult apply(String... more) {
    return apply("bootstrap.yml", List.of(more));
  }

  private static CommandResult apply(String plan, List<String> more) {
    Path postgres = lab.home().resolve("{{ node.name }}/postgres");
    return lab.run(
        Stream.concat(
                Stream.of(
                    "apply",
                    plan,
                    "-o",
                    "json",
                    "-e",
                    "pg_tls=required",
                    "-e",
                    "pg_tls_ca_file=" + postgres + "/ca.pem",
                    "-e",
                    "pgbouncer_tls_cert_file=" + postgres + "/server.pem",
                    "-e",
                    "pgbouncer_tls_key_file=" + postgres + "/server.key"),
                more.stream())
            .toArray(String[]::new));
  }

  @Test
  @Order(1)
  void a_server_without_tls_is_refused_before_anything_is_changed() {
    CommandResult refused = apply("-e", "pg_sslmode=prefer").exits(1);

    assertThat(refused.stdout())
        .contains("ssl is off, must be on", "pg_tls_ca_file is no file that it can read");
    assertThat(refused.steps("changed")).isEmpty();
  }

  @Test
  @Order(2)
  void what_runs_without_tls_is_changed() throws IOException {
    authority = new TestAuthority(certificates);
    for (String node : lab.nodes()) {
      TestAuthority.Issued its = authority.issue(node, "IP:" + lab.address(node));
      place(node, "ca.pem", authority.certificate());
      Path certificate = place(node, "server.pem", its.certificate());
      Path key = place(node, "server.key", its.key());
      for (String setting :
          List.of("ssl_cert_file = '" + certificate, "ssl_key_file = '" + key, "ssl = 'on")) {
        lab.sql(node, "postgres", "ALTER SYSTEM SET " + setting + "'");
      }
      lab.sql(node, "postgres", "SELECT pg_reload_conf()");
    }
    Eventually.holds(
        "the servers have TLS",
        () ->
            lab.nodes().stream()
                .allMatch(node -> lab.sql(node, "postgres", "SHOW ssl").equals(List.of("on"))));

    CommandResult preview = apply("--dry-run").exits(0);
    CommandResult applied = apply().exits(0);

    assertThat(applied.steps("changed"))
        .anyMatch(step -> step.startsWith("sc1: ") && step.endsWith("/pg_hba.conf"))
        .anyMatch(step -> step.startsWith("sc2: ") && step.endsWith("/pgbouncer.ini"))
        .anyMatch(step -> step.startsWith("sc1: ") && step.contains("/subscription to "))
        .anyMatch(step -> step.startsWith("sc2: ") && step.contains("/subscription to "))
        .containsExactlyInAnyOrderElementsOf(preview.steps("would_change"));
    for (String node : lab.nodes()) {
      Eventually.holds(
          "who reads from " + node + " uses TLS",
          () -> lab.sql(node, "postgres", WITHOUT_TLS).equals(List.of("0")));
      assertThat(Files.readString(lab.file(node, "postgres/data/pg_hba.conf")))
          .contains("hostssl replication,postgres,rdpg");
    }
    new WholeCluster(lab).assertEveryPairReads();
    assertThat(apply().exits(0).steps("changed")).isEmpty();
  }

  @Test
  @Order(3)
  void files_that_pgbouncer_needs_are_asked_for_before_anything_is_changed() {
    CommandResult refused =
        apply("-e", "pgbouncer_tls_key_file=", "-e", "rdpg_password=other").exits(1);

    assertThat(refused.stdout())
        .contains("set pg_tls_ca_file, pgbouncer_tls_cert_file and pgbouncer_tls_key_file");
    assertThat(refused.steps("changed")).isEmpty();
  }

  /** The serial number of the certificate that a server shows to new connections. */
  private static String shown(String node, int port) {
    return said(
        "openssl s_client -starttls postgres -connect %s:%d </dev/null | openssl x509 -noout -serial"
            .formatted(lab.address(node), port));
  }

  /** By the same program: it writes a zero in front where Java doesn't. */
  private static String serial(Path certificate) {
    return said("openssl x509 -noout -serial -in '" + certificate + "'");
  }

  private static String said(String script) {
    return Running.run(lab.directory(), Map.of(), List.of("sh", "-c", script)).stdout().strip();
  }

  @Test
  @Order(5)
  void a_renewed_certificate_is_taken_up_by_a_reload() throws IOException, SQLException {
    String node = lab.nodes().getFirst();
    TestAuthority.Issued renewed = authority.issue(node + "-renewed", "IP:" + lab.address(node));
    String serial = serial(renewed.certificate());
    assertThat(serial).startsWith("serial=");
    try (Connection open =
        lab.connect(node, LabUnderTest.PGBOUNCER, "rdpg", "rdpg", lab.secret("rdpg"))) {
      TrialNode.rows(open, "SELECT 1");
      place(node, "server.pem", renewed.certificate());
      place(node, "server.key", renewed.key());
      for (int port : List.of(LabUnderTest.POSTGRES, LabUnderTest.PGBOUNCER)) {
        assertThat(shown(node, port)).as("port " + port).startsWith("serial=").isNotEqualTo(serial);
      }

      CommandResult taken = apply("certificates.yml", List.of()).exits(0);

      assertThat(taken.steps("changed"))
          .containsExactlyInAnyOrder(
              node + ": postgres runs with its certificate",
              node + ": pgbouncer runs with its certificate/pgbouncer runs with it");
      for (int port : List.of(LabUnderTest.POSTGRES, LabUnderTest.PGBOUNCER)) {
        Eventually.holds(
            "port " + port + " shows the renewed one", () -> shown(node, port).equals(serial));
      }
      assertThat(TrialNode.rows(open, "SELECT 1")).containsExactly("1");
    }
    assertThat(apply().exits(0).steps("changed")).isEmpty();
  }

  @Test
  @Order(6)
  void certificates_that_end_soon_are_said_before_they_do() throws IOException {
    String node = lab.nodes().getFirst();
    TestAuthority.Issued ending = authority.issueFor(2, node, "IP:" + lab.address(node));
    place(node, "server.pem", ending.certificate());
    CommandResult status = lab.run("status", "-o", "json").exits(10);
    assertThat(status.stdout())
        .contains("that of CN=" + node, "(days left: 1)", "certificates.yml");

    TestAuthority.Issued ended = authority.issueExpired(node, "IP:" + lab.address(node));
    place(node, "server.pem", ended.certificate());
    CommandResult refused = apply().exits(1);
    assertThat(refused.steps("changed")).isEmpty();
    assertThat(refused.stdout()).contains("that of CN=" + node, "(days left: -");
  }
}
