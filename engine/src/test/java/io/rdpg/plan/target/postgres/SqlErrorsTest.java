package io.rdpg.plan.target.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Diagnostic;
import io.rdpg.plan.language.model.NodeAccess;
import io.rdpg.plan.language.model.Text;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.postgresql.util.PSQLException;
import org.postgresql.util.PSQLState;
import org.postgresql.util.ServerErrorMessage;

class SqlErrorsTest {
  @Test
  void what_a_pooler_refuses_breaks_no_connection() {
    assertThat(SqlErrors.connectionBroke(said("08P01"))).isFalse();
    assertThat(running(said("08P01"), "PAUSE nosuchdb"))
        .satisfies(error -> {
          assertThat(error.code()).isEqualTo(Code.SQL_FAILED);
          assertThat(error.hint()).isNull();
        });
  }

  @Test
  void what_is_said_before_the_end_of_a_connection_broke_it() {
    SQLException last = said("08P01");
    last.setNextException(new PSQLException("EOF", PSQLState.CONNECTION_FAILURE));

    assertThat(SqlErrors.connectionBroke(last)).isTrue();
    assertThat(SqlErrors.connectionBroke(said("57P01"))).isTrue();
    assertThat(running(last, "select 1").code()).isEqualTo(Code.CONNECTION_LOST);
    assertThat(running(last, "select 1").message()).endsWith("broke: no");
  }

  @Test
  void a_peer_of_the_server_is_another_one() {
    assertThat(SqlErrors.connectionBroke(said("08006"))).isFalse();
    assertThat(running(said("08006"), "x").code()).isEqualTo(Code.PEER_UNREACHABLE);
  }

  @Test
  void a_numbered_parameter_is_told_how_it_is_written() {
    for (String state : List.of("08P01", "42P18", "42P02")) {
      assertThat(running(said(state), "select $1").hint()).startsWith("parameters are written ?");
    }
    assertThat(running(said("42601"), "select $1").hint()).isNull();
  }

  private static SQLException said(String state) {
    return new PSQLException(new ServerErrorMessage("SERROR\0C" + state + "\0Mno\0\0"));
  }

  private static Diagnostic running(SQLException e, String sql) {
    NodeAccess.Postgres access = new NodeAccess.Postgres("127.0.0.1", 5432, "postgres", null);
    return new SqlErrors(access, "n1")
        .running(e, "d", new SqlErrors.Secrets(Text.plain(sql), List.of()), sql)
        .diagnostic();
  }
}
