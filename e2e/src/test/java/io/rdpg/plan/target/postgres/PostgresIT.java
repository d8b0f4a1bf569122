package io.rdpg.plan.target.postgres;

import static io.rdpg.plan.testing.Failing.diagnosticOf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Diagnostic;
import io.rdpg.plan.language.diagnostic.Failure;
import io.rdpg.plan.language.model.NodeAccess;
import io.rdpg.plan.language.model.Text;
import io.rdpg.plan.step.Effect;
import io.rdpg.plan.step.Observation;
import io.rdpg.plan.step.Read;
import io.rdpg.plan.target.Cancellation;
import io.rdpg.plan.target.ServerMessages;
import io.rdpg.plan.testing.DirectTransport;
import io.rdpg.plan.testing.Eventually;
import io.rdpg.plan.testing.OnePostgres;
import io.rdpg.plan.testing.OwnThread;
import io.rdpg.plan.testing.RefusingTransport;
import io.rdpg.plan.testing.TestDeadlines;
import io.rdpg.plan.trial.TrialNode;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.Socket;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("server")
class PostgresIT {
  @AutoClose private static OnePostgres postgres;

  @AutoClose private PostgresReader reader;
  @AutoClose private PostgresEffects effects;
  private final Cancellation cancellation = new Cancellation();

  @BeforeAll
  static void start() {
    postgres =
        OnePostgres.start(
            Map.of(
                "log_statement", "all",
                "log_min_duration_statement", "0",
                "log_error_verbosity", "verbose",
                "log_parameter_max_length_on_error", "-1",
                "debug_print_parse", "on",
                "shared_preload_libraries", "pg_stat_statements"));
  }

  @BeforeEach
  void connect() {
    reader = sightAs(postgres.access());
    effects = new PostgresEffects(postgres.access(), new DirectTransport(), "n1", reader);
  }

  private static PostgresReader sightAs(NodeAccess.Postgres access) {
    return new PostgresReader(access, new DirectTransport(), "n1");
  }

  /** What a database answers, or that it isn't there. */
  private Observation.Rows ask(PostgresReader reader, String database, String sql) {
    return reader.query(new Read.Query(database, Text.plain(sql)), cancellation);
  }

  private Observation.Table table(String sql, String... parameters) {
    List<Text> values = Arrays.stream(parameters).map(Text::plain).toList();
    return (Observation.Table)
        reader.query(new Read.Query("postgres", Text.plain(sql), values, false), cancellation);
  }

  private @Nullable Object single(String sql, String... parameters) {
    Observation.Table table = table(sql, parameters);
    return table.rows().getFirst().get(table.columns().getFirst());
  }

  private void run(String sql, String... parameters) {
    run(Text.plain(sql), true, Set.of(), parameters);
  }

  private void run(Text sql, boolean transaction, Set<String> retryOn, String... parameters) {
    List<Text> values = Arrays.stream(parameters).map(Text::plain).toList();
    effects.run(
        new Effect.RunSql("postgres", sql, values, transaction, retryOn),
        ServerMessages.NONE,
        cancellation);
  }

  private List<Observation.Table> conditions(String... queries) {
    return reader.conditions(
        Arrays.stream(queries).map(sql -> new Read.Query("postgres", Text.plain(sql))).toList(),
        cancellation);
  }

  @Test
  void conditions_are_asked_up_to_the_first_that_does_not_hold() {
    for (String query :
        List.of(
            "select 1 as a, 2 as b where false",
            "select false as f",
            "select null::int as n",
            "select 1 = 2 -- no",
            "select 1 as x, 1 as x where false")) {
      List<Observation.Table> tables = conditions("select 1", "select true;", query, "select 3");
      assertThat(tables).as(query).hasSize(3);
      assertThat(tables.getFirst().holds()).isTrue();
      assertThat(tables.get(1).holds()).isTrue();
      assertThat(tables.getLast()).as(query).isEqualTo(table(query));
    }
  }

  @Test
  void conditions_hold_as_single_queries_do() {
    for (String query :
        List.of(
            "select 'f'",
            "select 'false'::json",
            "select 'null'::jsonb",
            "select ''",
            "select false from generate_series(1, 2)",
            "select null, null",
            "select B'0'",
            "show server_version")) {
      assertThat(table(query).holds()).as(query).isTrue();
      assertThat(conditions(query, "select false")).as(query).hasSize(2);
    }
  }

  @Test
  void a_condition_that_fails_or_hangs_ends_what_is_asked() {
    assertThat(conditions("select 1", "select 1 from nowhere", "select 1")).hasSize(1);
    assertThat(conditions("select 1", "create table made ()", "select 1")).hasSize(1);
    assertThat(conditions("select 1", "select 1; select 2")).isEmpty();
    assertThatThrownBy(() -> conditions("select 1", "select pg_sleep(600)"))
        .hasMessageContaining("statement timeout");
  }

  @Test
  void a_condition_sees_nothing_of_what_another_one_sets() {
    String name = "select current_setting('application_name') = 'x'";
    assertThat(conditions("select set_config('application_name', 'x', false)", name))
        .hasSize(2)
        .last()
        .satisfies(table -> assertThat(table.holds()).isFalse());
    assertThat(single("show application_name")).isEqualTo("rdpg-plan");
  }

  @Test
  void gives_truth_and_numbers_as_such_and_all_else_as_text() {
    Observation.Table table =
        table(
            """
            select true as yes, 1::int2 as small, 2 as int, 3::int8 as big, 1.5::float8 as float,
                   2.50::numeric as exact, 'NaN'::numeric as nan, null::int as nothing,
                   array[1,2] as list, '{"a": 1}'::jsonb as json, date '2026-01-02' as day,
                   B'1' as bit, 'x' as word
            """);

    assertThat(table.columns()).startsWith("yes", "small", "int").endsWith("word");
    assertThat(table.rows())
        .singleElement()
        .satisfies(row ->
            assertThat(row.values())
                .containsExactly(
                    true,
                    1L,
                    2L,
                    3L,
                    1.5,
                    new BigDecimal("2.50"),
                    "NaN",
                    null,
                    "{1,2}",
                    "{\"a\": 1}",
                    "2026-01-02",
                    "1",
                    "x"));
  }

  @Test
  void leaves_operators_and_braces_alone_without_parameters() {
    assertThat(single("select '{\"a\":1}'::jsonb ? 'a' and '{fn x}' = '{fn' || ' x}'"))
        .isEqualTo(true);
  }

  @Test
  void sends_parameters_as_text_of_no_type() {
    assertThat(single("select ?::int + 1", "41")).isEqualTo(42L);
    assertThat(table("select 1 where current_date > ?", "2020-01-01").rows()).hasSize(1);
  }

  @Test
  void reads_only() {
    Diagnostic diagnostic = diagnosticOf(() -> table("create table sneaky ()"));

    assertThat(diagnostic.code()).isEqualTo(Code.SQL_FAILED);
    assertThat(diagnostic.message()).contains("read-only transaction", "SQLSTATE 25006");
    String writable = "select set_config('transaction_read_only', 'off', false), lo_create(0)";
    assertThat(diagnosticOf(() -> table(writable)).message())
        .contains("must be set before any query");
  }

  @Test
  void takes_one_statement_in_a_query() {
    assertThat(diagnosticOf(() -> table("commit; create table sneaky ()")).code())
        .isEqualTo(Code.BAD_ARGUMENT_VALUE);
    assertThat(diagnosticOf(() -> table("select ?; commit; create table sneaky ()", "x")).code())
        .isEqualTo(Code.BAD_ARGUMENT_VALUE);
    assertThat(single("select to_regclass('sneaky')")).isNull();
  }

  @ParameterizedTest
  @CsvSource({
    "'select i from generate_series(1, 100001) i', 100000 rows",
    "'select repeat(''x'', 1 << 20) from generate_series(1, 70)', 64 MiB",
  })
  void keeps_no_result_that_would_fill_the_memory(String query, String limit) {
    Diagnostic diagnostic = diagnosticOf(() -> table(query));
    assertThat(diagnostic.code()).isEqualTo(Code.SQL_FAILED);
    assertThat(diagnostic.message()).startsWith("the result has more than " + limit);
    assertThat(single("select 1")).isEqualTo(1L);
  }

  /** As a process sees it that was paused past its lease: nothing told it to end. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void asks_before_every_statement_and_commit_whether_to_go_on(boolean transaction) {
    for (int asked = 0; asked <= 4; asked++) {
      run("drop table if exists asked; create table asked (n int)");
      AtomicInteger left = new AtomicInteger(asked);
      Cancellation work = new Cancellation();
      work.also(() ->
          left.getAndDecrement() > 0
              ? Optional.empty()
              : Optional.of(Diagnostic.of(Code.LOCK_LOST, "the lease has run out")));
      Effect.RunSql three =
          new Effect.RunSql(
              "postgres",
              Text.plain(
                  "insert into asked values (1); insert into asked values (2); insert into asked"
                      + " values (3)"),
              List.of(),
              transaction,
              Set.of());
      assertThat(diagnosticOf(() -> effects.run(three, ServerMessages.NONE, work)).code())
          .isEqualTo(Code.LOCK_LOST);
      assertThat(table("select n from asked").rows())
          .as("asked %d times before", asked)
          .hasSize(transaction ? 0 : Math.max(0, asked - 1));
    }
  }

  @Test
  void tells_what_the_driver_refuses_in_words() {
    assertThat(diagnosticOf(() -> run("copy pg_class to stdout")))
        .satisfies(error -> {
          assertThat(error.message()).startsWith("COPY from or to the client can't be run");
          assertThat(error.hint()).contains("psql");
        });
    assertThat(diagnosticOf(() -> table("select ?, ?", "x")).message())
        .startsWith("the statement has not as many ? as there are params (1)");
    for (String numbered : List.of("select $1::int", "select $1 is null", "select 1 where $1")) {
      assertThat(diagnosticOf(() -> run(numbered)))
          .as(numbered)
          .satisfies(error -> {
            assertThat(error.code()).isEqualTo(Code.SQL_FAILED);
            assertThat(error.hint()).startsWith("parameters are written ?");
          });
    }
    try (PostgresReader nowhere =
        sightAs(new NodeAccess.Postgres("no_such_host.invalid", 5432, "postgres", null))) {
      assertThat(diagnosticOf(() -> ask(nowhere, "postgres", "select 1")).message())
          .endsWith("unknown host name");
    }
  }

  @Test
  void a_server_that_is_out_of_its_reach_is_not_the_server_itself() {
    Diagnostic refused =
        diagnosticOf(() ->
            run(
                Text.plain(
                    "create subscription s connection 'host=127.0.0.1 port=1' publication p"),
                false,
                Set.of()));

    assertThat(refused.code()).isEqualTo(Code.PEER_UNREACHABLE);
    assertThat(refused.message())
        .contains("could not connect to the publisher", "SQLSTATE 08006", "create subscription");
    assertThat(single("select 1")).isEqualTo(1L);
  }

  @Test
  void passes_on_what_the_server_says_beside_its_answers() {
    List<String> said = new ArrayList<>();
    Effect.RunSql effect =
        new Effect.RunSql(
            "postgres",
            Text.marked(
                """
                drop table if exists never_there;
                do $$ begin
                  raise warning 'mind %%', '%s';
                  for i in 1..30 loop raise notice 'line %%', i; end loop;
                  raise exception 'no';
                end $$
                """
                    .formatted("x")),
            List.of(),
            true,
            Set.of());
    assertThat(
            diagnosticOf(() ->
                    effects.run(
                        effect,
                        (severity, message) -> said.add(severity + " " + message),
                        cancellation))
                .code())
        .isEqualTo(Code.SQL_FAILED);
    assertThat(said)
        .hasSize(21)
        .startsWith("NOTICE table \"never_there\" does not exist, skipping", "WARNING mind x")
        .endsWith("NOTICE and more, which is not shown");
  }

  /** The driver keeps them all until the statement ends. */
  @Test
  void keeps_few_of_many_notices() throws Exception {
    int raised = 300_000;
    List<String> said = new ArrayList<>();
    String sql =
        "do $$ begin for i in 1..%d loop raise notice 'line %%', i; end loop; end $$"
            .formatted(raised);
    DirectTransport transport = new DirectTransport();
    Notices notices =
        new Notices(
            (_, message) -> said.add(message), new SqlErrors.Secrets(Text.EMPTY, List.of()));
    try (Connection connection =
            PostgresConnections.toAct(postgres.access(), transport).open("postgres");
        Statement statement = connection.createStatement()) {
      var _ =
          StatementExecutor.execute(statement, sql, transport.traffic().sql("postgres"), notices);
      int kept = 0;
      SQLWarning one = statement.getWarnings();
      while (one != null) {
        kept++;
        one = one.getNextWarning();
      }
      assertThat(kept).isLessThan(raised / 2);
    }
    assertThat(said)
        .hasSize(21)
        .startsWith("line 1", "line 2")
        .endsWith("and more, which is not shown");
  }

  @Test
  void takes_a_result_of_as_many_rows_as_it_may_have() {
    assertThat(table("select i from generate_series(1, 100000) i").rows()).hasSize(100_000);
  }

  @Test
  void sees_that_a_database_is_missing() {
    Read.Query read = new Read.Query("nowhere", Text.plain("select 1"));

    assertThat(reader.query(read, cancellation))
        .isEqualTo(new Observation.NoPlace("database nowhere"));
  }

  @Test
  void tells_the_servers_message_state_and_statement() {
    Diagnostic diagnostic =
        diagnosticOf(() -> table("-- all of them\nselect *\n  from no_such_table"));

    assertThat(diagnostic.code()).isEqualTo(Code.SQL_OBJECT_MISSING);
    assertThat(diagnostic.node()).isEqualTo("n1");
    assertThat(diagnostic.message())
        .isEqualTo(
            "relation \"no_such_table\" does not exist (SQLSTATE 42P01, database postgres), in:"
                + " select * from no_such_table");
  }

  @Test
  void rolls_back_the_whole_of_a_transaction() {
    Diagnostic diagnostic =
        diagnosticOf(
            () -> run("create table half (a int); insert into half values ('x'); select 1"));

    assertThat(diagnostic.message()).contains("SQLSTATE 22P02", "in: insert into half");
    assertThat(single("select to_regclass('half')")).isNull();
  }

  @Test
  void keeps_no_lock_for_long_where_it_stands_still_in_a_transaction() {
    run("create table waits as select current_setting('idle_in_transaction_session_timeout') as t");
    assertThat(single("select t from waits")).isEqualTo("30s");

    Read.Query open =
        new Read.Query(
            "postgres",
            Text.plain("select from pg_stat_activity where state = 'idle in transaction'"));
    cancellation.also(() -> {
      Eventually.holds(
          "nobody stands still in a transaction",
          TestDeadlines.SOON,
          () -> !((Observation.Table) reader.query(open, new Cancellation())).holds());
      return Optional.empty();
    });
    Diagnostic diagnostic =
        diagnosticOf(() ->
            run(
                """
                set local idle_in_transaction_session_timeout = '100ms';
                drop table waits; create table half (a int)\
                """));

    assertThat(diagnostic.code()).isEqualTo(Code.CONNECTION_LOST);
    assertThat(single("select t from waits")).isEqualTo("30s");
  }

  @Test
  void commits_each_statement_by_itself_outside_a_transaction() {
    run(
        Text.plain(
            """
            create database outside;
            -- a comment; with a semicolon
            create table kept (a int);
            do $$ begin perform 1; perform 2; end $$;
            vacuum kept;
            create function last() returns int begin atomic select 1; select 2; end;
            """),
        false,
        Set.of());

    assertThat(single("select count(*) from pg_database where datname = 'outside'")).isEqualTo(1L);
    assertThat(single("select last()")).isEqualTo(2L);
  }

  @Test
  void what_is_a_comment_is_no_statement() {
    assertThat(single("select 1; -- one; two")).isEqualTo(1L);
    assertThat(single("select 1 /* a; b */; /* c; d */")).isEqualTo(1L);
    assertThat(diagnosticOf(() -> single("select 1; select 2")).message())
        .contains("a query is one statement");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void the_body_of_a_function_is_a_part_of_its_statement(boolean transaction) {
    String name = "atomic_" + transaction;
    run(
        Text.plain(
            """
            create function %1$s() returns int begin atomic
              select case when true then 1 end;
              select 2;
            end;
            create table %1$s as select %1$s() as n;
            """
                .formatted(name)),
        transaction,
        Set.of());
    assertThat(single("select n from " + name + "; /* not /* its */ body */")).isEqualTo(2L);
  }

  @Test
  void hands_parameters_to_the_statements_of_a_transaction() {
    run("create table handed (a int, b text)");
    run("insert into handed values (?, ?); insert into handed values (?, 'z')", "1", "it's", "2");

    assertThat(single("select string_agg(a || b, ',' order by a) from handed"))
        .isEqualTo("1it's,2z");
    assertThat(
            diagnosticOf(() -> run(Text.plain("select ?; select ?"), false, Set.of(), "1", "2"))
                .code())
        .isEqualTo(Code.BAD_ARGUMENT_VALUE);
  }

  @Test
  void keeps_no_session_that_would_hinder_dropping_a_database() {
    run(Text.plain("create database short_lived"), false, Set.of());
    ask(reader, "short_lived", "select 1");

    run(Text.plain("drop database short_lived"), false, Set.of());

    assertThat(ask(reader, "short_lived", "select 1")).isInstanceOf(Observation.NoPlace.class);
  }

  @Test
  void ends_sessions_that_were_in_the_way_of_what_a_function_does() {
    run("create extension if not exists dblink");
    run(Text.plain("create database dropped_from_afar"), false, Set.of());
    run(
        """
        create function drop_it() returns text language sql as $$
          select dblink_exec('host=%s port=%d user=%s password=%s dbname=postgres',
                             concat('drop data', 'base dropped_from_afar')) $$\
        """
            .formatted(
                postgres.access().host(),
                postgres.access().port(),
                postgres.access().user(),
                OnePostgres.PASSWORD));
    ask(reader, "dropped_from_afar", "select 1");

    run("select drop_it()");

    assertThat(ask(reader, "dropped_from_afar", "select 1"))
        .isInstanceOf(Observation.NoPlace.class);
  }

  @Test
  void reads_go_on_in_their_session_after_an_effect_and_see_what_only_new_ones_see() {
    Object session = single("select pg_backend_pid()");
    run("create table beside_a_read ()");
    assertThat(single("select pg_backend_pid()")).isEqualTo(session);

    run("alter database postgres set work_mem = '7MB'");
    assertThat(single("select current_setting('work_mem')")).isEqualTo("7MB");
    run("alter role postgres in database postgres set work_mem = '9MB'");
    assertThat(single("select current_setting('work_mem')")).isEqualTo("9MB");
    run("alter role postgres in database postgres reset all; alter database postgres reset all");
  }

  @Test
  void keeps_few_connections_however_many_databases_are_asked() {
    List<String> databases = IntStream.range(0, 6).mapToObj(i -> "asked_" + i).toList();
    databases.forEach(name -> run(Text.plain("create database " + name), false, Set.of()));
    databases.forEach(name -> ask(reader, name, "select 1"));

    assertThat(
            single(
                "select count(*) from pg_stat_activity"
                    + " where application_name = 'rdpg-plan' and datname like 'asked%'"))
        .asString()
        .satisfies(n -> assertThat(Integer.parseInt(n)).isBetween(1, 4));
  }

  @Test
  void asks_again_on_a_new_connection_when_the_kept_one_was_ended() {
    Object first = single("select pg_backend_pid()");
    assertThat(single("select pg_backend_pid()")).isEqualTo(first);
    try (PostgresReader others = sightAs(postgres.access());
        PostgresEffects other =
            new PostgresEffects(postgres.access(), new DirectTransport(), "n1", others)) {
      other.run(
          new Effect.RunSql(
              "postgres",
              Text.plain("select pg_terminate_backend(" + first + ", 5000)"),
              List.of(),
              true,
              Set.of()),
          ServerMessages.NONE,
          cancellation);
    }

    assertThat(single("select pg_backend_pid()")).isNotEqualTo(first);
  }

  @Test
  void asks_a_fresh_query_on_a_new_connection_and_keeps_that_too() {
    Object kept = single("select pg_backend_pid()");
    Read.Query fresh =
        new Read.Query("postgres", Text.plain("select pg_backend_pid() as p"), List.of(), true);
    Observation.Table observation = (Observation.Table) reader.query(fresh, cancellation);

    Object opened = observation.rows().getFirst().get("p");
    assertThat(opened).isNotEqualTo(kept);
    assertThat(single("select pg_backend_pid()")).isEqualTo(opened);
  }

  @Test
  void tells_a_wrong_password_from_a_server_that_is_not_there() {
    NodeAccess.Postgres wrong = postgres.access("postgres", Text.secret("wrong-password"));
    try (PostgresReader other = sightAs(wrong)) {
      Diagnostic diagnostic = diagnosticOf(() -> ask(other, "postgres", "select 1"));
      assertThat(diagnostic.code()).isEqualTo(Code.POSTGRES_AUTHENTICATION_FAILED);
      assertThat(diagnostic.toString()).doesNotContain("wrong-password");
    }
    try (PostgresReader other = sightAs(postgres.access("postgres", null))) {
      assertThat(diagnosticOf(() -> ask(other, "postgres", "select 1")).code())
          .isEqualTo(Code.POSTGRES_AUTHENTICATION_FAILED);
    }
    NodeAccess.Postgres nowhere = new NodeAccess.Postgres("127.99.99.99", 1, "postgres", null);
    try (PostgresReader other = sightAs(nowhere)) {
      Diagnostic diagnostic = diagnosticOf(() -> ask(other, "postgres", "select 1"));
      assertThat(diagnostic.code()).isEqualTo(Code.POSTGRES_UNREACHABLE);
      assertThat(diagnostic.message()).contains("127.99.99.99:1", "refused");
    }
  }

  @Test
  void a_password_that_is_not_the_servers_yet_gives_way_to_the_one_before() {
    NodeAccess.Postgres own = postgres.access();
    try (PostgresReader reader = sightAs(rotating(own, "not-yet", OnePostgres.PASSWORD))) {
      assertThat(ask(reader, "postgres", "select 1 as a")).isNotNull();
    }
    try (PostgresReader reader = sightAs(rotating(own, OnePostgres.PASSWORD, "no-more"))) {
      assertThat(ask(reader, "postgres", "select 1 as a")).isNotNull();
    }
    try (PostgresReader reader = sightAs(rotating(own, "not-yet", "no-more"))) {
      Diagnostic diagnostic = diagnosticOf(() -> ask(reader, "postgres", "select 1"));
      assertThat(diagnostic.code()).isEqualTo(Code.POSTGRES_AUTHENTICATION_FAILED);
      assertThat(diagnostic.hint()).contains("pg_password_previous");
      assertThat(diagnostic.toString()).doesNotContain("not-yet", "no-more");
    }
  }

  @Test
  void a_password_that_is_changed_between_two_tries_is_tried_again() {
    run("create role turning login password 'old'");
    AtomicInteger ways = new AtomicInteger();
    DirectTransport changing =
        new DirectTransport() {
          @Override
          public Socket open(String host, int port, Duration timeout) throws IOException {
            if (ways.incrementAndGet() == 2) { // the new one was refused, now comes the old one
              PostgresIT.this.run("alter role turning password 'new'");
            }
            return super.open(host, port, timeout);
          }
        };
    NodeAccess.Postgres turning =
        rotating(postgres.access("turning", null), "new", "old", NodeAccess.SslMode.DISABLE);
    try (PostgresReader reader = new PostgresReader(turning, changing, "n1")) {
      assertThat(ask(reader, "postgres", "select 1 as a")).isNotNull();
    }
    assertThat(ways).hasValue(3);
  }

  private static NodeAccess.Postgres rotating(
      NodeAccess.Postgres access, String password, String previous) {
    return rotating(access, password, previous, access.sslMode());
  }

  private static NodeAccess.Postgres rotating(
      NodeAccess.Postgres access, String password, String previous, NodeAccess.SslMode tls) {
    return new NodeAccess.Postgres(
        access.host(),
        access.port(),
        access.name(),
        access.user(),
        Text.secret(password),
        Text.secret(previous),
        tls,
        access.tls(),
        null,
        false);
  }

  @Test
  void tries_again_after_the_named_states_only() {
    run("create sequence tries; create table fails (a int)");
    // A sequence counts on, also in a transaction that is rolled back.
    String third =
        """
        do $$ begin
          if nextval('tries') < 3 then
            raise exception 'not yet' using errcode = '40001';
          end if;
        end $$
        """;
    run(Text.plain(third), true, Set.of("40001"));
    assertThat(single("select last_value from tries")).isEqualTo(3L);

    run("alter sequence tries restart");
    assertThat(diagnosticOf(() -> run(Text.plain(third), true, Set.of("55006"))).message())
        .contains("not yet (SQLSTATE 40001");
    assertThat(single("select last_value from tries")).isEqualTo(1L);
  }

  @Test
  void keeps_the_begin_of_a_secret_that_the_server_cut_out_of_its_message() {
    String secret = "key-" + "0123456789".repeat(12);
    run("create table keys (word text, bytes bytea, n int not null)");
    for (String row : List.of("(?, null, null)", "(null, ?, null)")) {
      Diagnostic refused =
          diagnosticOf(() ->
              effects.run(
                  new Effect.RunSql(
                      "postgres",
                      Text.plain("insert into keys values " + row),
                      List.of(Text.secret(secret)),
                      true,
                      Set.of()),
                  ServerMessages.NONE,
                  cancellation));
      assertThat(refused.message())
          .contains("Failing row contains", "***...")
          .doesNotContain("0123")
          .doesNotContain("30313233");
    }
  }

  /** What another session has done and not yet committed, and what we do meanwhile. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "create schema if not exists met|create schema if not exists met; create table met.a ()",
        "create table if not exists met_table ()|create table if not exists met_table ()",
        "create or replace function met_too() returns int return 1"
            + "|create or replace function met_too() returns int return 1",
      })
  void tries_a_transaction_again_that_met_another_in_a_catalog(String theirs, String ours)
      throws SQLException {
    run("create or replace function met_too() returns int return 1");
    try (Connection other =
        DriverManager.getConnection(
            "jdbc:postgresql://%s:%d/postgres"
                .formatted(postgres.access().host(), postgres.access().port()),
            postgres.access().user(),
            OnePostgres.PASSWORD)) {
      other.setAutoCommit(false);
      TrialNode.rows(other, theirs);
      CompletableFuture<Void> done = OwnThread.run(() -> run(ours));
      Eventually.holds(
          "it waits for the other",
          () -> !table("select 1 from pg_locks where not granted").rows().isEmpty());
      other.commit();

      assertThat(done).succeedsWithin(TestDeadlines.SOON);
    }
  }

  @Test
  void ends_a_running_statement_when_cancelled() {
    CompletableFuture<Diagnostic> ended =
        OwnThread.supply(
            () -> diagnosticOf(() -> run("create table never (); select pg_sleep(3600)")));
    try (PostgresReader watcher = sightAs(postgres.access())) {
      Read.Query sleeping =
          new Read.Query(
              "postgres",
              Text.plain(
                  "select 1 from pg_stat_activity where state = 'active'"
                      + " and query = 'select pg_sleep(3600)'"));
      Eventually.holds(
          "it sleeps",
          () ->
              !((Observation.Table) watcher.query(sleeping, new Cancellation())).rows().isEmpty());
      assertThat(ended).isNotDone();
      cancellation.cancel(Diagnostic.of(Code.LOCK_LOST, "the lock is lost"));

      assertThat(ended)
          .succeedsWithin(TestDeadlines.SOON)
          .satisfies(failure -> assertThat(failure.code()).isEqualTo(Code.LOCK_LOST));
      Observation.Table never =
          (Observation.Table)
              watcher.query(
                  new Read.Query("postgres", Text.plain("select to_regclass('never') as t")),
                  new Cancellation());
      assertThat(never.rows().getFirst().get("t")).isNull();
    }
  }

  @Test
  void does_nothing_once_cancelled() {
    cancellation.cancel(Diagnostic.of(Code.INTERRUPTED, "interrupted"));

    assertThat(diagnosticOf(() -> single("select 1")).code()).isEqualTo(Code.INTERRUPTED);
    assertThat(diagnosticOf(() -> run("select 1")).code()).isEqualTo(Code.INTERRUPTED);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void keeps_secrets_out_of_the_servers_log_and_statistics(boolean transaction) {
    String kind = transaction ? "one" : "each";
    String clear = "hunter2-clear-" + kind;
    String verifier =
        "SCRAM-SHA-256$4096:c2FsdHNhbHQ=$" + "A".repeat(43) + "=:" + "B".repeat(43) + "=";
    run("create extension if not exists pg_stat_statements");
    run("create table if not exists keeps (word text primary key)");
    Text secret = Text.secret("'" + clear + "'");
    List<Text> statements =
        List.of(
            Text.marked(
                "create role "
                    + kind
                    + "_a password "
                    + Text.secret("'" + verifier + "'").marked()),
            Text.marked("insert into keeps values (" + secret.marked() + ")"),
            Text.marked("insert into keeps values (" + secret.marked() + ")"),
            Text.marked("select " + secret.marked() + "::int"),
            Text.marked("selec " + secret.marked()),
            Text.marked("select " + Text.secret(clear.replace('-', '_')).marked()));
    List<String> diagnostics = new ArrayList<>();
    for (Text statement : statements) {
      try {
        run(statement, transaction, Set.of());
      } catch (Failure e) {
        diagnostics.add(e.diagnostic().toString() + e + e.getCause());
      }
    }
    Diagnostic read =
        diagnosticOf(() ->
            reader.query(
                new Read.Query(
                    "postgres", Text.plain("select ?::int"), List.of(Text.secret(clear)), false),
                cancellation));
    diagnostics.add(read.toString());
    reader.query(
        new Read.Query("postgres", Text.marked("select " + secret.marked())), cancellation);
    run("select 'marker-" + kind + "'");

    assertThat(diagnostics).hasSize(5).allSatisfy(f -> assertThat(f).doesNotContain("hunter2"));
    assertThat(diagnostics.getFirst()).contains("SQLSTATE 23505", "***");
    Eventually.holds("the log has caught up", () -> postgres.log().contains("marker-" + kind));
    assertThat(postgres.log().lines())
        .noneMatch(line -> line.contains("hunter2") || line.contains("c2FsdHNhbHQ"));
    assertThat(table("select query from pg_stat_statements").rows().toString())
        .contains("pg_stat_statements")
        .doesNotContain("hunter2")
        .doesNotContain("c2FsdHNhbHQ");
    Observation.Table stored =
        (Observation.Table)
            reader.query(
                new Read.Query(
                    "postgres",
                    Text.plain("select from pg_authid where rolpassword = ?"),
                    List.of(Text.secret(verifier)),
                    false),
                cancellation);
    assertThat(stored.rows()).isNotEmpty();
  }

  @Test
  void says_that_the_connection_was_lost_when_the_server_dies() {
    try (OnePostgres mortal = OnePostgres.start(Map.of());
        PostgresReader other = sightAs(mortal.access())) {
      Read.Query sleep = new Read.Query("postgres", Text.plain("select pg_sleep(3600)"));
      CompletableFuture<Diagnostic> ended =
          OwnThread.supply(() -> diagnosticOf(() -> other.query(sleep, cancellation)));
      Read.Query sleeping =
          new Read.Query(
              "postgres",
              Text.plain("select 1 from pg_stat_activity where wait_event = 'PgSleep'"));
      Eventually.holds(
          "it sleeps",
          () ->
              ended.isDone()
                  || !((Observation.Table) other.query(sleeping, cancellation)).rows().isEmpty());
      assertThat(ended).isNotDone();
      mortal.kill();

      assertThat(ended.join().code()).isEqualTo(Code.CONNECTION_LOST);
      assertThatThrownBy(() -> other.query(sleep, cancellation))
          .isInstanceOfSatisfying(
              Failure.class,
              e -> assertThat(e.diagnostic().code()).isEqualTo(Code.POSTGRES_UNREACHABLE));
      mortal.restart();
      assertThat(ask(other, "postgres", "select 1")).isInstanceOf(Observation.Table.class);
    }
  }

  @Test
  void passes_on_that_the_node_itself_cannot_be_used() {
    Diagnostic down = Diagnostic.of(Code.HOST_KEY_REFUSED, "the host key changed");
    try (PostgresReader other =
        new PostgresReader(postgres.access(), new RefusingTransport(down), "n1")) {
      assertThat(diagnosticOf(() -> ask(other, "postgres", "select 1"))).isEqualTo(down);
    }
  }
}
