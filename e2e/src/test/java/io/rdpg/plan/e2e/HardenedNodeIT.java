package io.rdpg.plan.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.rdpg.plan.language.model.Text;
import io.rdpg.plan.testing.HardenedConsul;
import io.rdpg.plan.testing.OnePostgres;
import io.rdpg.plan.testing.TestAuthority;
import io.rdpg.plan.testing.TestFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole program with a Consul as operators run it: TLS for both sides, and ACLs. */
@Tag("server")
@Tag("long")
class HardenedNodeIT {
  private static final String PLAN =
      """
      plan: p
      scope: node
      steps:
        - name: the first change
          command: {run: [touch, "DIRECTORY/changed"], unless: [test, -e, "DIRECTORY/changed"]}
        - name: a watch
          register_watch:
            name: w
            type: services
            handler: ["true"]
            config_dir: "DIRECTORY"
        - name: under a lock
          consul_lock:
            key: demo/lock
            wait: 1m
            steps:
              - name: a key
                consul_kv: {key: demo/key, value: x}
        - name: a service
          consul_service: {name: demo}
        - name: nobody
          lookup: {service: nobody}
      """;

  @TempDir static Path certificates;
  @TempDir Path directory;

  @SuppressWarnings("NullAway.Init")
  private static HardenedConsul consul;

  @BeforeAll
  static void start() throws IOException {
    Files.setPosixFilePermissions(certificates, PosixFilePermissions.fromString("rwxr-xr-x"));
    consul = HardenedConsul.start(certificates);
  }

  @AfterAll
  static void stop() {
    consul.close();
  }

  @BeforeEach
  void writePlan() throws IOException {
    Files.writeString(directory.resolve("p.yml"), PLAN.replace("DIRECTORY", directory.toString()));
    consul.put("/v1/agent/service/deregister/demo", "");
    consul.put("/v1/kv/demo/key", "another test's");
  }

  /** The paths are relative to the inventory's folder, wherever the run is started. */
  private void writeInventory(String variables) throws IOException {
    Files.writeString(
        directory.resolve("inventory.yml"),
        "all:\n  vars:\n%s  hosts:\n    one: {ansible_host: 127.0.0.1, ansible_connection: local}\n"
            .formatted(variables.indent(4)));
  }

  private String byVariables() {
    Path ours = directory.relativize(certificates);
    return """
    consul_address: %s
    consul_scheme: https
    consul_token: "{{ secret('env:TOKEN') }}"
    consul_cacert: %2$s/consul-ca/ca.pem
    consul_client_cert: %2$s/consul-ca/client.pem
    consul_client_key: %2$s/consul-ca/client.key
    consul_tls_server_name: server.dc1.consul
    consul_datacenter: dc1
    """
        .formatted(consul.address(), ours);
  }

  private CommandResult apply(Map<String, String> environment, Text token, String... more) {
    return run(
        environment,
        token,
        Stream.concat(Stream.of("apply", "p.yml"), Stream.of(more)).toArray(String[]::new));
  }

  private CommandResult run(Map<String, String> environment, Text token, String... words) {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                "io.rdpg.plan.cli.Main"));
    command.addAll(List.of(words));
    command.addAll(List.of("-i", directory.resolve("inventory.yml").toString()));
    Map<String, String> all = new LinkedHashMap<>(environment);
    all.putIfAbsent("XDG_STATE_HOME", directory.resolve("state").toString());
    CommandResult result;
    try (CommandLines lines = new CommandLines()) {
      result = Running.run(directory, all, command);
      assertThat(lines.seen().stream().filter(line -> line.contains(token.reveal())))
          .as("command lines with the token")
          .isEmpty();
    }
    assertThat(result.stdout() + result.stderr()).doesNotContain(token.reveal());
    try (Stream<Path> files = Files.walk(directory)) {
      assertThat(files.filter(file -> Files.isRegularFile(file) && !file.endsWith("token")))
          .isNotEmpty()
          .noneMatch(file -> TestFiles.read(file).contains(token.reveal()));
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    return result;
  }

  @Test
  void missing_rights_are_told_before_anything_is_changed() throws IOException {
    writeInventory(byVariables());
    Text few =
        consul.token(
            "key_prefix \"demo/\" { policy = \"read\" } node_prefix \"\" { policy = \"read\" }"
                + " agent_prefix \"\" { policy = \"read\" }");

    CommandResult result = apply(Map.of("TOKEN", few.reveal()), few, "-o", "text").exits(3);

    assertThat(result.stdout() + result.stderr())
        .contains("consul_token lacks: ")
        .contains("agent \"one\" { policy = \"write\" }")
        .contains("key_prefix \"demo/\" { policy = \"write\" }")
        .contains("session \"one\" { policy = \"write\" }")
        .contains("service \"demo\" { policy = \"write\" }")
        .contains("service \"nobody\" { policy = \"read\" }");
    assertThat(directory.resolve("changed")).doesNotExist();

    // Who only looks needs no right to change.
    CommandResult preview =
        apply(Map.of("TOKEN", few.reveal()), few, "--dry-run", "-o", "text").exits(0);
    assertThat(preview.stdout()).contains("would change");
  }

  @Test
  void the_inventory_says_how() throws IOException {
    writeInventory(byVariables());
    Map<String, String> environment = Map.of("TOKEN", consul.management().reveal());
    // What a run from elsewhere finds in its own environment is about another machine.
    Map<String, String> distracting = new LinkedHashMap<>(environment);
    distracting.put("CONSUL_HTTP_ADDR", "127.0.0.1:1");
    apply(distracting, consul.management(), "-o", "text").exits(0);
    assertThat(consul.get("/v1/kv/demo/key?raw")).isEqualTo("x");
    assertThat(consul.get("/v1/agent/services")).contains("demo");
  }

  /** All that the plan needs. */
  private static String rules(String more) {
    return "key_prefix \"demo/\" { policy = \"write\" } service_prefix \"\" { policy = \"write\" }"
        + " session_prefix \"\" { policy = \"write\" } node_prefix \"\" { policy = \"read\" }"
        + " agent_prefix \"\" { policy = \"write\" } "
        + more;
  }

  @Test
  void a_run_is_recorded_in_consul_for_others_to_see() throws IOException {
    writeInventory(byVariables());
    Text token = consul.token(rules("key_prefix \"rdpg-plan/runs/\" { policy = \"write\" }"));
    Map<String, String> environment = Map.of("TOKEN", token.reveal(), "SUDO_USER", "anna");
    CommandResult applied = apply(environment, token, "-o", "text").exits(0);
    assertThat(applied.stderr()).doesNotContain("not recorded");
    String inSync = apply(environment, token, "-o", "text").exits(0).stdout();
    assertThat(inSync).contains("In sync");

    // On a machine that has no journal.
    Map<String, String> elsewhere =
        Map.of("TOKEN", token.reveal(), "XDG_STATE_HOME", directory.resolve("none").toString());
    List<String> runs = runsOfAnna(run(elsewhere, token, "runs", "-o", "json"));
    assertThat(runs).hasSize(1);
    assertThat(runs.getFirst()).contains("\"plan\":\"p.yml\"", "\"exit_code\":0");
    String shown = run(elsewhere, token, "show", "last").exits(0).stdout();
    assertThat(shown)
        .contains("(anna)", "changed  the first change", "changed  a key", "exit code 0");
    // Here both are known, the one that was in sync by its journal.
    assertThat(runsOfAnna(run(environment, token, "runs", "-o", "json"))).hasSize(2);

    Files.writeString(
        directory.resolve("p.yml"),
        """
        plan: p
        steps:
          - name: seen
            lookup: {key: demo/key}
          - name: no
            command: {run: ["false"], unless: ["false"]}
        """);
    apply(environment, token, "-o", "text").exits(1);
    String failed = run(elsewhere, token, "show", "last").exits(0).stdout();
    assertThat(failed).contains("failed  no", "exit code 1");
  }

  /** The other tests' runs are in the same Consul. */
  private static List<String> runsOfAnna(CommandResult runs) {
    return runs.exits(0).stdout().lines().filter(line -> line.contains("\"anna\"")).toList();
  }

  @Test
  void a_run_goes_on_when_it_may_not_be_recorded() throws IOException {
    writeInventory(byVariables());
    Text token = consul.token(rules(""));
    consul.put("/v1/kv/demo/key", "before");
    CommandResult applied = apply(Map.of("TOKEN", token.reveal()), token, "-o", "text").exits(0);
    assertThat(applied.stderr().lines().filter(line -> line.contains("is not recorded in Consul")))
        .hasSize(1)
        .allSatisfy(line -> assertThat(line).contains("rdpg-plan/runs/"));
    assertThat(consul.get("/v1/kv/demo/key?raw")).isEqualTo("x");
  }

  @Test
  void a_run_on_the_node_itself_reads_consuls_own_environment() throws IOException {
    writeInventory("site: here");
    Path token = directory.resolve("token");
    Files.writeString(token, consul.management().reveal() + "\n");
    Map<String, String> environment = new LinkedHashMap<>();
    environment.put("CONSUL_HTTP_ADDR", consul.address() + ":" + HardenedConsul.PORT);
    environment.put("CONSUL_HTTP_SSL", "true");
    environment.put("CONSUL_HTTP_TOKEN", "superseded");
    environment.put("CONSUL_HTTP_TOKEN_FILE", token.toString());
    environment.put("CONSUL_CACERT", consul.authority().certificate().toString());
    environment.put("CONSUL_CLIENT_CERT", consul.client().certificate().toString());
    environment.put("CONSUL_CLIENT_KEY", consul.client().key().toString());

    CommandResult result =
        apply(environment, consul.management(), "--local", "-o", "text").exits(3);
    assertThat(result.stdout() + result.stderr()).contains("tls_failed", "consul_tls_server_name");

    environment.put("CONSUL_TLS_SERVER_NAME", HardenedConsul.NAME);
    apply(environment, consul.management(), "--local", "-o", "text").exits(0);
    environment.remove("CONSUL_TLS_SERVER_NAME");
    environment.remove("CONSUL_CACERT");
    environment.put("CONSUL_HTTP_SSL_VERIFY", "false");
    environment.put("CONSUL_HTTP_ADDR", "https://" + environment.get("CONSUL_HTTP_ADDR"));
    environment.remove("CONSUL_HTTP_SSL");
    apply(environment, consul.management(), "--local", "-o", "text").exits(0);
    environment.put("CONSUL_NAMESPACE", "team");
    assertThat(apply(environment, consul.management(), "--local").exits(2).stderr())
        .contains("CONSUL_NAMESPACE");
  }

  @Test
  void libpqs_own_files_say_how_to_reach_postgres(@TempDir Path ca) throws IOException {
    TestAuthority authority = new TestAuthority(ca);
    TestAuthority.Issued its = authority.issue("server", "DNS:db1.prod.example");
    try (OnePostgres postgres =
        OnePostgres.start(
            Map.of("ssl", "on"),
            Map.of(
                "ssl_cert_file", TestFiles.read(its.certificate()),
                "ssl_key_file", TestFiles.read(its.key()),
                "hba_file", "hostssl all all all scram-sha-256"))) {
      Files.writeString(
          directory.resolve("p.yml"),
          """
          plan: p
          steps:
            - name: tls
              lookup:
                database: postgres
                sql: SELECT 1 FROM pg_stat_ssl WHERE pid = pg_backend_pid() AND ssl
              register: tls
            - name: it is there
              assert: {that: tls.found, message: no TLS}
          """);
      writeInventory("pg_service: db1");
      Path services =
          Files.writeString(
              directory.resolve("services"),
              "[db1]\nhost=%s\nuser=postgres\nsslmode=verify-ca\nsslrootcert=%s\n"
                  .formatted(postgres.address(), authority.certificate()));
      Path passwords =
          Files.writeString(
              directory.resolve("token"),
              "%s:5432:*:postgres:%s\n".formatted(postgres.address(), OnePostgres.PASSWORD));
      Map<String, String> environment =
          Map.of("PGSERVICEFILE", services.toString(), "PGPASSFILE", passwords.toString());
      Text password = Text.secret(OnePostgres.PASSWORD);

      Files.setPosixFilePermissions(passwords, PosixFilePermissions.fromString("rw-r--r--"));
      assertThat(apply(environment, password, "-o", "text").exits(3).said())
          .contains("is ignored, since others may read it");
      Files.setPosixFilePermissions(passwords, PosixFilePermissions.fromString("rw-------"));
      apply(environment, password, "-o", "text").exits(0);
      Files.writeString(services, Files.readString(services).replace("verify-ca", "verify-full"));
      assertThat(apply(environment, password, "-o", "text").exits(3).said())
          .contains("tls_failed", "its certificate is for db1.prod.example, not for");
    }
  }
}
