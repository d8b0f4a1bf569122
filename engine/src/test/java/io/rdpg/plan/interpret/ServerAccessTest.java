package io.rdpg.plan.interpret;

import static io.rdpg.plan.testing.Failing.diagnosticOf;
import static org.assertj.core.api.Assertions.assertThat;

import io.rdpg.plan.analysis.Sources;
import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Diagnostic;
import io.rdpg.plan.language.model.Node;
import io.rdpg.plan.language.model.NodeAccess;
import io.rdpg.plan.language.model.NodeAccess.SslMode;
import io.rdpg.plan.language.model.Text;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How a node's PostgreSQL and Consul are reached, by inventory variables and the environment. */
class ServerAccessTest {
  @TempDir Path directory;

  @BeforeEach
  void makeFiles() throws IOException {
    for (String file : List.of("ca.pem", "own.pem", "own.key")) {
      Files.writeString(directory.resolve(file), "");
    }
  }

  private NodeFacts facts(String variables) {
    try {
      Path inventory =
          Files.writeString(
              directory.resolve("inventory.yml"),
              "all:\n  vars:\n    some: thing\n%s  hosts:\n    one: {ansible_host: 10.0.0.1}\n"
                  .formatted(variables.indent(4)));
      return Sources.read(inventory, List.of(), _ -> Map.of()).facts();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private NodeAccess access(String variables) {
    NodeFacts facts = facts(variables);
    return facts.access(
        facts.inventory().node("one").orElseThrow(), NodeFacts.Approach.AS_THE_INVENTORY_SAYS);
  }

  private ConsulAccess consul(String variables, Map<String, String> environment) {
    NodeFacts facts = facts(variables);
    Node node = facts.inventory().node("one").orElseThrow();
    return new ConsulAccess(
        new ConnectionVariables(facts.vars(node), directory), new ConsulEnvironment(environment));
  }

  private NodeAccess.Consul local(Map<String, String> environment) {
    ConsulAccess access = consul("", environment);
    return access.at(access.host());
  }

  private void refuses(String variables, Code code, String words) {
    Diagnostic diagnostic = diagnosticOf(() -> access(variables));
    assertThat(diagnostic.code()).isEqualTo(code);
    assertThat(diagnostic.message()).contains(words);
  }

  @Test
  void without_variables_both_are_on_the_node_itself() {
    NodeAccess access = access("");
    assertThat(access.consul()).isEqualTo(new NodeAccess.Consul("127.0.0.1", 8500));
    assertThat(access.postgres().host()).isEqualTo("127.0.0.1");
    assertThat(access.postgres().sslMode()).isEqualTo(SslMode.PREFER);
    assertThat(access.postgres().password()).isNull();
  }

  @Test
  void a_token_is_secret_however_it_is_given() {
    NodeAccess.Consul consul = access("consul_token: 1b2c").consul();
    assertThat(consul.toString()).doesNotContain("1b2c");
    assertThat(String.valueOf(access("pg_password: 1b2c").postgres())).doesNotContain("1b2c");
    assertThat(access("pg_password_previous: 1b2c").postgres().previousPassword())
        .isEqualTo(Text.secret("1b2c"))
        .hasToString("***");
  }

  @Test
  void files_are_beside_the_inventory() {
    NodeAccess.Consul consul =
        access(
                """
                consul_scheme: https
                consul_cacert: ca.pem
                consul_client_cert: own.pem
                consul_client_key: own.key
                """)
            .consul();
    assertThat(consul.port()).isEqualTo(8501);
    assertThat(consul.tls())
        .isEqualTo(
            new NodeAccess.Tls(
                new NodeAccess.Authorities(directory.resolve("ca.pem")),
                "127.0.0.1",
                directory.resolve("own.pem"),
                directory.resolve("own.key"),
                null));
  }

  @Test
  void what_makes_no_sense_is_refused() {
    refuses("consul_scheme: ftp", Code.BAD_VALUE, "'consul_scheme' must be http or https");
    refuses("consul_cacert: ca.pem", Code.BAD_VALUE, "since consul_cacert is given");
    refuses("consul_tls_server_name: x", Code.BAD_VALUE, "since consul_tls_server_name is given");
    refuses(
        "consul_scheme: https\nconsul_client_cert: own.pem",
        Code.BAD_VALUE,
        "'consul_client_key' is missing");
    refuses("consul_scheme: https\nconsul_cacert: no.pem", Code.MISSING_FILE, "no.pem");
    refuses("pg_sslmode: always", Code.BAD_VALUE, "pg_sslmode can't be 'always'");
    refuses("pg_tls: require", Code.BAD_VALUE, "must be allowed or required, not 'require'");
    refuses("pg_sslcert: own.pem", Code.BAD_VALUE, "'pg_sslkey' is missing");
    refuses(
        "pg_sslmode: require\npg_sslrootcert: system",
        Code.BAD_VALUE,
        "must be verify-full with pg_sslrootcert: system");
    refuses("pg_host: '@abstract'", Code.BAD_VALUE, "a socket in the abstract namespace");
    refuses("pg_host: \"/tmp/it's\"", Code.BAD_VALUE, "other characters than letters");
    refuses("pg_service: nowhere", Code.BAD_VALUE, "service \"nowhere\" not found");
  }

  @ParameterizedTest
  @CsvSource({"'', postgres", "pg_user: admin, admin", "pg_become_user: ops, ops"})
  void a_unix_domain_socket_is_opened_by_the_user_that_peer_wants(String given, String user) {
    NodeAccess.Postgres postgres = access("pg_host: /var/run/postgresql\n" + given).postgres();
    assertThat(postgres.socket()).contains("/var/run/postgresql/.s.PGSQL.5432");
    assertThat(postgres.socketUser()).isEqualTo(user);
  }

  @ParameterizedTest
  @CsvSource({
    "127.0.0.1, 10.0.0.1",
    "localhost, 10.0.0.1",
    "'::1', 10.0.0.1",
    "10.0.0.9, 10.0.0.9",
    "db1.prod.example, db1.prod.example"
  })
  void verify_full_is_for_the_name_that_others_use(String host, String name) {
    NodeAccess.Postgres postgres =
        access("pg_host: '%s'\npg_sslmode: verify-full\npg_sslrootcert: ca.pem".formatted(host))
            .postgres();
    assertThat(postgres.host()).isEqualTo(host);
    assertThat(postgres.tls().name()).isEqualTo(name);
    assertThat(
            access("pg_host: '%s'\npg_sslmode: verify-ca\npg_sslrootcert: ca.pem".formatted(host))
                .postgres()
                .tls()
                .name())
        .isNull();
  }

  @ParameterizedTest
  @CsvSource({
    "'pg_tls: allowed', PREFER",
    "'pg_tls: required', REQUIRE",
    "'pg_tls: required\npg_sslrootcert: ca.pem', VERIFY_FULL",
    "'pg_tls: required\npg_sslmode: verify-ca\npg_sslrootcert: ca.pem', VERIFY_CA"
  })
  void where_nodes_require_tls_we_use_it(String variables, NodeAccess.SslMode mode) {
    assertThat(access(variables.replace("\\n", "\n")).postgres().sslMode()).isEqualTo(mode);
  }

  @Test
  void a_service_says_what_variables_do_not() throws IOException {
    Path file =
        Files.writeString(
            directory.resolve("services"),
            """
            # ours
            [other]
            host=10.9.9.9
            [one]
            host=db1.prod.example
            port=7432
            user=admin
            password=s3cr3t
            sslmode=verify-full
            sslrootcert=%s
            application_name=psql
            """
                .formatted(directory.resolve("ca.pem")));
    PostgresService service =
        PostgresService.named("one", Map.of("PGSERVICEFILE", file.toString()));
    NodeFacts facts = facts("pg_user: root");
    PostgresAccess access =
        new PostgresAccess(
            new ConnectionVariables(
                facts.vars(facts.inventory().node("one").orElseThrow()), directory),
            service,
            "10.0.0.1");
    NodeAccess.Postgres postgres = access.at(access.host());
    assertThat(postgres.host()).isEqualTo("db1.prod.example");
    assertThat(postgres.port()).isEqualTo(7432);
    assertThat(postgres.user()).isEqualTo("root");
    assertThat(postgres.sslMode()).isEqualTo(SslMode.VERIFY_FULL);
    assertThat(postgres.tls().name()).isEqualTo("db1.prod.example");
    assertThat(postgres.password()).isEqualTo(Text.secret("s3cr3t")).hasToString("***");

    Files.writeString(file, "[one]\ngssencmode=require\n");
    assertThat(
            diagnosticOf(
                    () -> PostgresService.named("one", Map.of("PGSERVICEFILE", file.toString())))
                .message())
        .contains("gssencmode");
    Files.writeString(file, "[one]\nhost\n");
    assertThat(
            diagnosticOf(
                    () -> PostgresService.named("one", Map.of("PGSERVICEFILE", file.toString())))
                .message())
        .contains("syntax error in service file", "line 2");
  }

  @Test
  void the_environment_is_read_as_by_consul() throws IOException {
    assertThat(local(Map.of("CONSUL_HTTP_ADDR", "10.1.1.1:85")))
        .isEqualTo(new NodeAccess.Consul("10.1.1.1", 85));
    assertThat(local(Map.of("CONSUL_HTTP_ADDR", "http://10.1.1.1")))
        .isEqualTo(new NodeAccess.Consul("10.1.1.1", 80));
    assertThat(local(Map.of("CONSUL_HTTP_ADDR", "[::1]:8500")).host()).isEqualTo("::1");
    NodeAccess.Consul https = local(Map.of("CONSUL_HTTP_ADDR", "https://c.example:8501"));
    assertThat(https.tls())
        .isEqualTo(
            new NodeAccess.Tls(new NodeAccess.UsualAuthorities(), "c.example", null, null, null));
    assertThat(local(Map.of("CONSUL_HTTP_SSL", "1", "CONSUL_HTTP_SSL_VERIFY", "F")).tls())
        .isEqualTo(NodeAccess.Tls.OF_ANYONE);
    Path token = Files.writeString(directory.resolve("token"), "in-file\n");
    assertThat(
            local(
                    Map.of(
                        "CONSUL_HTTP_TOKEN",
                        "in-environment",
                        "CONSUL_HTTP_TOKEN_FILE",
                        token.toString()))
                .token())
        .isEqualTo(Text.secret("in-file"))
        .hasToString("***");
    assertThat(consul("consul_address: 10.2.2.2", Map.of("CONSUL_HTTP_ADDR", "x:1")).host())
        .isEqualTo("10.2.2.2");
  }

  @ParameterizedTest
  @CsvSource({
    "CONSUL_HTTP_ADDR, unix:///run/consul.sock",
    "CONSUL_HTTP_SSL, yes",
    "CONSUL_HTTP_AUTH, user:password",
    "CONSUL_HTTP_TOKEN_FILE, /nowhere"
  })
  void what_is_not_understood_of_it_is_refused_by_name(String name, String value) {
    assertThat(diagnosticOf(() -> local(Map.of(name, value))).message())
        .contains(name)
        .doesNotContain("password");
  }
}
