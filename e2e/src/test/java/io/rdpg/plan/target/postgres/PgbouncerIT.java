package io.rdpg.plan.target.postgres;

import static io.rdpg.plan.testing.Failing.diagnosticOf;
import static org.assertj.core.api.Assertions.assertThat;

import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Diagnostic;
import io.rdpg.plan.language.model.Text;
import io.rdpg.plan.step.Effect;
import io.rdpg.plan.step.Observation;
import io.rdpg.plan.step.Read;
import io.rdpg.plan.step.SqlServer;
import io.rdpg.plan.target.Cancellation;
import io.rdpg.plan.target.ServerMessages;
import io.rdpg.plan.testing.DirectTransport;
import io.rdpg.plan.testing.Eventually;
import io.rdpg.plan.testing.OnePostgres;
import io.rdpg.plan.testing.OneProxy;
import io.rdpg.plan.testing.TestFiles;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** PostgreSQL behind a pooler that lends sessions for a transaction, and the pooler's console. */
@Tag("server")
class PgbouncerIT {
  private static final int PORT = 6432;

  @AutoClose private static OnePostgres postgres;
  @AutoClose private static OneProxy pgbouncer;

  @AutoClose private SqlReader reader;
  @AutoClose private SqlEffects effects;
  private final Cancellation cancellation = new Cancellation();

  @BeforeAll
  static void start() {
    postgres = OnePostgres.start(Map.of("log_statement", "all"));
    pgbouncer = OneProxy.pgbouncer(PgbouncerIT::ini);
  }

  private static String ini(String address, Path at) {
    Path users =
        TestFiles.write(
            at.resolve("users.txt"), "\"postgres\" \"%s\"\n".formatted(OnePostgres.PASSWORD));
    return """
    [databases]
    postgres = host=%s port=5432
    [pgbouncer]
    listen_addr = %s
    listen_port = %d
    unix_socket_dir =
    auth_type = plain
    auth_file = %s
    admin_users = postgres
    pidfile = %s
    logfile = %s
    pool_mode = transaction
    default_pool_size = 1
    query_timeout = 1
    ignore_startup_parameters = extra_float_digits
    """
        .formatted(postgres.address(), address, PORT, users, at.resolve("pid"), at.resolve("log"));
  }

  @BeforeEach
  void connect() {
    reader = new SqlReader(postgres.access(), new DirectTransport(), "n1");
    effects = new SqlEffects(postgres.access(), new DirectTransport(), "n1", reader);
  }

  private static SqlServer server(boolean console) {
    return new SqlServer(pgbouncer.address(), PORT, null, null, null, console);
  }

  private Observation.Rows ask(boolean console, String sql) {
    String database = console ? "pgbouncer" : "postgres";
    return reader.query(new Read.Query(server(console), database, Text.plain(sql)), cancellation);
  }

  private void run(boolean console, boolean transaction, Text sql) {
    effects.run(
        new Effect.RunSql(
            server(console),
            console ? "pgbouncer" : "postgres",
            sql,
            List.of(),
            transaction,
            Set.of()),
        ServerMessages.NONE,
        cancellation);
  }

  @Test
  void what_a_console_refuses_is_no_lost_connection() {
    assertThat(diagnosticOf(() -> ask(true, "SHOW NONSENSE")).code()).isEqualTo(Code.SQL_FAILED);
    assertThat(diagnosticOf(() -> run(true, false, Text.plain("PAUSE nosuchdb"))))
        .satisfies(refused -> {
          assertThat(refused.code()).isEqualTo(Code.SQL_FAILED);
          assertThat(refused.message()).contains("nosuchdb", "in: PAUSE nosuchdb");
        });
    assertThat(ask(true, "SHOW VERSION")).isInstanceOf(Observation.Table.class);
  }

  @Test
  void a_connection_that_it_ends_is_lost() {
    Diagnostic lost = diagnosticOf(() -> run(false, true, Text.plain("select pg_sleep(60)")));
    assertThat(lost.code()).as(lost.toString()).isEqualTo(Code.CONNECTION_LOST);
  }

  @Test
  void secrets_are_kept_out_of_the_log_in_a_transaction_and_refused_outside() {
    Text secret = Text.marked("select " + Text.secret("'hunter2'").marked());
    run(false, true, secret);
    assertThat(diagnosticOf(() -> run(false, false, secret)))
        .satisfies(refused -> {
          assertThat(refused.code()).isEqualTo(Code.BAD_ARGUMENT_VALUE);
          assertThat(refused.hint()).contains("in one transaction", "scram_verifier");
        });

    assertThat(logged()).doesNotContain("hunter2");
    assertThat(
            ask(false, "select from pg_settings where name = 'log_statement' and setting = 'all'"))
        .as("the session that others are lent")
        .isInstanceOfSatisfying(
            Observation.Table.class, table -> assertThat(table.rows()).hasSize(1));
  }

  /** A server of another port is none. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void secrets_for_another_server_are_kept_out_of_its_log(boolean transaction) {
    effects.run(
        new Effect.RunSql(
            new SqlServer(postgres.address(), 5432, null, null, null, false),
            "postgres",
            Text.marked("select " + Text.secret("'hunter3'").marked()),
            List.of(),
            transaction,
            Set.of()),
        ServerMessages.NONE,
        cancellation);
    assertThat(logged()).doesNotContain("hunter3");
  }

  /** All that was logged before now. */
  private String logged() {
    String marker = UUID.randomUUID().toString();
    Observation.Rows _ =
        reader.query(
            new Read.Query("postgres", Text.plain("select '" + marker + "'")), cancellation);
    Eventually.holds("the log has caught up", () -> postgres.log().contains(marker));
    return postgres.log();
  }
}
