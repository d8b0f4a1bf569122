package io.rdpg.plan.target.postgres;

import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Diagnostic;
import io.rdpg.plan.language.diagnostic.Failure;
import io.rdpg.plan.language.model.NodeAccess;
import io.rdpg.plan.step.Observation;
import io.rdpg.plan.step.Read;
import io.rdpg.plan.target.Cancellation;
import io.rdpg.plan.target.Traffic;
import io.rdpg.plan.target.postgres.SqlErrors.Secrets;
import io.rdpg.plan.target.shell.Transport;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Asks the administration console of a pooler, by SHOW and nothing else. Such a console speaks
 * PostgreSQL's protocol, and knows no SQL (pgbouncer(1), "Admin console"). Each read has a
 * connection of its own.
 */
final class ConsoleReader implements AutoCloseable {
  private static final Pattern SHOW = Pattern.compile("(?i)show\\s+\\w+;?");

  private final PostgresConnections connections;
  private final SqlErrors diagnostics;
  private final String node;
  private final Traffic traffic;

  /**
   * @param node the node's name, for diagnostics
   */
  ConsoleReader(NodeAccess.Postgres access, Transport transport, String node) {
    this.connections = PostgresConnections.toConsole(access, transport);
    this.diagnostics = new SqlErrors(access, node);
    this.node = node;
    this.traffic = transport.traffic();
  }

  /**
   * Runs a command that shows something.
   *
   * @throws Failure when the console can't be used, or the command isn't a SHOW
   */
  Observation.Rows show(Read.Query read, Cancellation cancellation) {
    cancellation.check();
    String command = read.sql().reveal().strip();
    if (!SHOW.matcher(command).matches()) {
      throw Diagnostic.of(
              Code.BAD_ARGUMENT_VALUE, "a console is read by a single SHOW, not by: " + read.sql())
          .orOn(node)
          .failure();
    }
    Connection opened;
    try {
      opened = connections.open(read.database());
    } catch (SQLException e) {
      cancellation.check();
      throw diagnostics.connecting(e, read.database());
    }
    try (Connection connection = opened;
        Statement statement = StatementExecutor.prepare(connection, command, List.of());
        StatementCancellation _ = new StatementCancellation(statement, cancellation)) {
      if (!StatementExecutor.execute(statement, command, traffic.sql(read.database()))) {
        return new Observation.Table(List.of(), List.of());
      }
      try (ResultSet result = statement.getResultSet()) {
        return ResultTable.read(result);
      }
    } catch (SQLException e) {
      cancellation.check();
      Secrets secrets = new Secrets(read.sql(), read.parameters());
      throw diagnostics.running(e, read.database(), secrets, read.sql().toString());
    }
  }

  @Override
  public void close() {
    connections.close();
  }
}
