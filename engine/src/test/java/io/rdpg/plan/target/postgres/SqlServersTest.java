package io.rdpg.plan.target.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.rdpg.plan.language.model.NodeAccess;
import io.rdpg.plan.language.model.Text;
import io.rdpg.plan.step.SqlServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SqlServersTest {
  private static NodeAccess.Postgres postgres(String host) {
    return new NodeAccess.Postgres(
        host,
        5432,
        "10.0.0.1",
        "postgres",
        Text.secret("hush"),
        Text.secret("hush before"),
        NodeAccess.SslMode.VERIFY_FULL,
        NodeAccess.Tls.OF_ANYONE,
        "postgres",
        false);
  }

  @ParameterizedTest
  @CsvSource({
    "127.0.0.1, 127.0.0.1",
    "db1.example, db1.example",
    "/var/run/postgresql, 10.0.0.1",
  })
  void another_server_is_where_postgres_is(String host, String found) {
    SqlServer console = new SqlServer(null, 6432, "rdpg", null, null, true);
    NodeAccess.Postgres there = SqlServers.access(postgres(host), console);
    assertThat(there.host()).isEqualTo(found);
    assertThat(there.port()).isEqualTo(6432);
    assertThat(there.user()).isEqualTo("rdpg");
    assertThat(there.password()).isEqualTo(Text.secret("hush"));
    assertThat(there.previousPassword()).isEqualTo(Text.secret("hush before"));
  }

  @Test
  void one_with_a_password_of_its_own_has_a_previous_one_of_its_own() {
    SqlServer pool = new SqlServer(null, 6432, "rdpg", Text.secret("other"), null, false);
    assertThat(SqlServers.access(postgres("127.0.0.1"), pool).previousPassword()).isNull();
  }

  @Test
  void one_that_says_where_it_is_may_be_another_socket() {
    SqlServer pool = new SqlServer("/run/pgbouncer", 6432, null, null, null, false);
    assertThat(SqlServers.access(postgres("127.0.0.1"), pool).socket())
        .contains("/run/pgbouncer/.s.PGSQL.6432");
  }
}
