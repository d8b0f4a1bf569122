package io.rdpg.plan.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.rdpg.plan.testing.TestFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Where Linux distributions have things, as the shipped plans use it. */
class LayoutsTest {
  private static final Path HOME = Path.of("..").toAbsolutePath().normalize();

  @TempDir Path directory;
  private final InProcessCommands commands = new InProcessCommands();

  /** All that an inventory must say besides its hosts when it names a layout. */
  private void inventory(String layout, String more) {
    TestFiles.write(
        directory.resolve("inventory.yml"),
        """
        all:
          vars:
            pg_layout: %s
            pg_version: 18
            replication: native
            cluster_service: pgbdr
            instances_limit: 100
            instances_allowed: 80
            s3_backups: false
            backups_path: /var/lib/rdpg/backups
            pg_password: a
            rdpg_password: a
            health_password: a
        %s  children:
            one: {vars: {cluster_id: one, cluster_role: manager}, hosts: {m1: }}
            two:
              vars:
                cluster_id: two
                cluster_role: service
                haproxy_port: 5432
                haproxy_stats_port: 8404
                haproxy_stats_password: a
                pgbouncer_port: 6432
              hosts: {s1: {ansible_connection: local, ansible_host: 10.0.0.1}, s2: {ansible_host: 10.0.0.2}}
        """
            .formatted(layout, more.indent(4)));
  }

  private int run(String... words) {
    commands.forget();
    return commands.run(
        directory,
        HOME,
        Stream.concat(Stream.of(words), Stream.of("-i", "inventory.yml")).toArray(String[]::new));
  }

  @ParameterizedTest
  @CsvSource({"debian", "redhat"})
  void all_shipped_plans_are_valid_without_a_path_in_the_inventory(String layout)
      throws IOException {
    inventory(layout, "");
    List<String> words = new java.util.ArrayList<>(List.of("validate"));
    try (Stream<Path> plans = Files.list(HOME.resolve("plans"))) {
      plans.map(Path::toString).filter(plan -> plan.endsWith(".yml")).sorted().forEach(words::add);
    }
    assertThat(run(words.toArray(String[]::new))).as(commands.err()).isZero();
  }

  @Test
  void the_inventory_wins_over_the_layout() {
    TestFiles.write(
        directory.resolve("plan.yml"),
        """
        plan: p
        defaults: "{{ pg_layout }}.yml"
        steps:
          - name: where
            assert: {that: 1 == 2, message: "{{ pg_hba_file }} {{ pgbouncer_dir }} {{ haproxy_socket }}"}
        """);
    inventory("debian", "");
    assertThat(run("apply", "plan.yml", "-l", "s1", "-o", "text")).isEqualTo(1);
    assertThat(commands.out())
        .contains("/etc/postgresql/18/main/pg_hba.conf /etc/pgbouncer /run/haproxy/admin.sock");

    inventory("redhat", "pgbouncer_dir: /srv/pgbouncer\npg_cluster: other\n");
    assertThat(run("apply", "plan.yml", "-l", "s1", "-o", "text")).isEqualTo(1);
    assertThat(commands.out())
        .contains("/var/lib/pgsql/18/data/pg_hba.conf /srv/pgbouncer /var/lib/haproxy/stats");
  }

  /**
   * What the packages for Red Hat's distributions have: of PGDG postgresql18-server (PGDATA in its
   * unit) and pgbouncer (its unit and the pgbouncer.ini that it brings), haproxy (its haproxy.cfg).
   */
  @Test
  void red_hats_packages_find_what_is_written() {
    Path at = directory.resolve("written");
    TestFiles.write(at.resolve("here"), "");
    StringBuilder plan =
        new StringBuilder(
            """
            plan: p
            defaults: "{{ pg_layout }}.yml"
            vars:
              pooled_server: ""
            steps:
            """);
    for (String template : List.of("pgbouncer.ini", "haproxy.cfg", "pgpass-handler")) {
      plan.append(
          """
            - name: %1$s
              vars: {writes: {found: true, value: 10.0.0.1 7 1}, active: {rows: []}}
              render_template: {template: %2$s/templates/%1$s, dest: %3$s/%1$s}
          """
              .formatted(template, HOME, at));
    }
    plan.append(
        """
          - name: where
            assert:
              that: 1 == 2
              message: >-
                {{ pg_hba_file }} {{ pg_passfile }} {{ pg_dump_path }} {{ pg_os_user }}
                {{ pgbouncer_dir }} {{ pgbouncer_unit }} {{ pgbouncer_os_user }}
                {{ haproxy_dir }} {{ haproxy_unit }} {{ haproxy_os_user }}
                {{ consul_config_dir }} {{ consul_os_user }}: {{ pg_restart_command }}
        """);
    TestFiles.write(directory.resolve("plan.yml"), plan.toString());
    inventory("redhat", "");

    assertThat(run("apply", "plan.yml", "-l", "s1", "-o", "text")).as(commands.err()).isEqualTo(1);

    assertThat(commands.out())
        .contains(
            "/var/lib/pgsql/18/data/pg_hba.conf /var/lib/pgsql/rdpg.pgpass"
                + " /usr/pgsql-18/bin/pg_dump postgres"
                + " /etc/pgbouncer pgbouncer pgbouncer /etc/haproxy haproxy haproxy"
                + " /etc/consul.d consul: systemctl restart postgresql-18");
    assertThat(at.resolve("pgbouncer.ini"))
        .content()
        .contains(
            "pidfile = /run/pgbouncer/pgbouncer.pid\n",
            "logfile = /var/log/pgbouncer/pgbouncer.log\n",
            "auth_file = /etc/pgbouncer/userlist.txt\n");
    assertThat(at.resolve("haproxy.cfg"))
        .content()
        .contains(
            "user haproxy\n", "group haproxy\n", "stats socket /var/lib/haproxy/stats mode 600");
  }

  /** One error, not one for each variable that is then unknown. */
  @Test
  void a_layout_that_is_not_there_is_told_once() {
    inventory("debain", "");
    assertThat(run("validate", "bootstrap")).isEqualTo(2);
    assertThat(commands.err())
        .contains("there is no file 'debain.yml' of defaults", "did you mean 'debian.yml'?")
        .doesNotContain("is not defined");
  }

  @Test
  void a_project_has_layouts_of_its_own() {
    TestFiles.write(directory.resolve("rdpg-plan.yml"), "");
    TestFiles.write(directory.resolve("defaults/ours.yml"), "pg_hba_file: /ours\n");
    TestFiles.write(
        directory.resolve("plan.yml"),
        """
        plan: p
        defaults: "{{ pg_layout }}.yml"
        steps:
          - {name: where, assert: {that: pg_hba_file != "/ours", message: it is ours}}
        """);
    inventory("ours", "");
    assertThat(run("apply", "plan.yml", "-l", "s1", "-o", "text")).as(commands.err()).isEqualTo(1);
    assertThat(commands.out()).contains("it is ours");

    // How a node is reached is the inventory's affair.
    TestFiles.write(directory.resolve("defaults/ours.yml"), "pg_hba_file: /ours\npg_port: 7432\n");
    assertThat(run("validate", "plan.yml")).isEqualTo(2);
    assertThat(commands.err())
        .contains("ours.yml:2:", "'pg_port' can't be a default: it is read from the inventory");
  }
}
