package io.rdpg.plan.target.postgres;

import io.rdpg.plan.language.diagnostic.Failure;
import io.rdpg.plan.language.model.NodeAccess;
import io.rdpg.plan.step.Effect;
import io.rdpg.plan.step.SqlStatement;
import io.rdpg.plan.target.Cancellation;
import io.rdpg.plan.target.ServerMessages;
import io.rdpg.plan.target.Traffic;
import io.rdpg.plan.target.postgres.SqlErrors.Secrets;
import io.rdpg.plan.target.shell.Transport;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/** Sends commands to the administration console of a pooler, see {@link ConsoleReader}. */
final class ConsoleEffects implements AutoCloseable {
  private final PostgresConnections connections;
  private final SqlErrors diagnostics;
  private final Traffic traffic;

  /**
   * @param node the node's name, for diagnostics
   */
  ConsoleEffects(NodeAccess.Postgres access, Transport transport, String node) {
    this.connections = PostgresConnections.toConsole(access, transport);
    this.diagnostics = new SqlErrors(access, node);
    this.traffic = transport.traffic();
  }

  /**
   * Runs commands one after another on one connection, up to the first that is refused.
   *
   * @param messages receives notices of the console
   * @throws Failure when the console can't be used, refuses a command, or it was cancelled
   */
  void run(Effect.RunSql effect, ServerMessages messages, Cancellation cancellation) {
    cancellation.check();
    Connection opened;
    try {
      opened = connections.open(effect.database());
    } catch (SQLException e) {
      cancellation.check();
      throw diagnostics.connecting(e, effect.database());
    }
    Secrets secrets = new Secrets(effect.sql(), List.of());
    Notices notices = new Notices(messages, secrets);
    String shown = effect.sql().toString();
    try (Connection connection = opened) {
      for (SqlStatement one : SqlStatement.in(effect.sql().reveal())) {
        cancellation.check();
        String command = one.text();
        shown = secrets.redact(command);
        try (Statement statement = StatementExecutor.prepare(connection, command, List.of());
            StatementCancellation _ = new StatementCancellation(statement, cancellation)) {
          var _ =
              StatementExecutor.execute(
                  statement, command, traffic.sql(effect.database()), notices);
        }
      }
    } catch (SQLException e) {
      cancellation.check();
      throw diagnostics.running(e, effect.database(), secrets, shown);
    }
  }

  @Override
  public void close() {
    connections.close();
  }
}
