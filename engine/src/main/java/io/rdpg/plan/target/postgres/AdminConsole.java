package io.rdpg.plan.target.postgres;

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
import io.rdpg.plan.target.postgres.SqlErrors.Secrets;
import io.rdpg.plan.target.shell.Transport;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Sends commands to the administration console of a pooler, one at a time by the simple query
 * protocol: such a console speaks PostgreSQL's protocol, and knows no SQL (pgbouncer(1), "Admin
 * console"). Each read and effect has a connection of its own.
 */
final class AdminConsole implements AutoCloseable {
  private static final Pattern SHOW = Pattern.compile("(?i)show\\s+\\w+;?");

  private final PostgresConnections connections;
  private final SqlErrors diagnostics;
  private final String node;

  /**
   * @param node the node's name, for diagnostics
   */
  AdminConsole(NodeAccess.Postgres access, Transport transport, String node) {
    this.connections = PostgresConnections.toConsole(access, transport);
    this.diagnostics = new SqlErrors(access, node);
    this.node = node;
  }

  /**
   * Runs a command that shows something.
   *
   * @throws Failure when the console can't be used, or the command isn't a SHOW
   */
  Observation.Rows show(Read.Query read, Cancellation cancellation) {
    String command = read.sql().reveal().strip();
    if (!SHOW.matcher(command).matches()) {
      throw Diagnostic.of(
              Code.BAD_ARGUMENT_VALUE, "a console is read by a single SHOW, not by: " + read.sql())
          .orOn(node)
          .failure();
    }
    try (Connection connection = open(read.database(), cancellation)) {
      try (Statement statement = StatementExecutor.prepare(connection, command, List.of());
          StatementCancellation _ = new StatementCancellation(statement, cancellation)) {
        if (!StatementExecutor.execute(statement, command)) {
          return new Observation.Table(List.of(), List.of());
        }
        try (ResultSet result = statement.getResultSet()) {
          return ResultTable.read(result);
        }
      }
    } catch (SQLException e) {
      cancellation.check();
      throw failure(e, read.database(), read.sql(), read.sql().toString());
    }
  }

  /**
   * Runs commands one after another, up to the first that is refused.
   *
   * @param messages receives notices of the console
   * @throws Failure when the console can't be used, refuses a command, or it was cancelled
   */
  void run(Effect.RunSql effect, ServerMessages messages, Cancellation cancellation) {
    Secrets secrets = new Secrets(effect.sql(), List.of());
    Notices notices = new Notices(messages, secrets);
    String shown = effect.sql().toString();
    try (Connection connection = open(effect.database(), cancellation)) {
      for (String command : SqlScript.statements(effect.sql().reveal())) {
        cancellation.check();
        shown = secrets.redact(command);
        try (Statement statement = StatementExecutor.prepare(connection, command, List.of());
            StatementCancellation _ = new StatementCancellation(statement, cancellation)) {
          var _ = StatementExecutor.execute(statement, command);
          notices.pass(statement);
        }
      }
    } catch (SQLException e) {
      cancellation.check();
      throw failure(e, effect.database(), effect.sql(), shown);
    }
  }

  private Connection open(String database, Cancellation cancellation) {
    cancellation.check();
    try {
      return connections.open(database);
    } catch (SQLException e) {
      cancellation.check();
      throw diagnostics.connecting(e, database);
    }
  }

  private Failure failure(SQLException e, String database, Text sql, String shown) {
    return diagnostics.running(e, database, new Secrets(sql, List.of()), shown);
  }

  @Override
  public void close() {
    connections.close();
  }
}
