package io.rdpg.plan.target.postgres;

import io.rdpg.plan.language.model.NodeAccess;
import io.rdpg.plan.step.Effect;
import io.rdpg.plan.step.SqlServer;
import io.rdpg.plan.target.Cancellation;
import io.rdpg.plan.target.ServerMessages;
import io.rdpg.plan.target.shell.Transport;

/**
 * Runs SQL on a node's PostgreSQL, and on the other servers that steps name. Safe for use by many
 * threads.
 */
public final class SqlEffects implements AutoCloseable {
  private final NodeAccess.Postgres access;
  private final Transport transport;
  private final String node;
  private final SqlReader reader;
  private final PostgresEffects postgres;

  /**
   * @param node the node's name, for diagnostics
   * @param reader of the same node's servers
   */
  public SqlEffects(
      NodeAccess.Postgres access, Transport transport, String node, SqlReader reader) {
    this.access = access;
    this.transport = transport;
    this.node = node;
    this.reader = reader;
    this.postgres = new PostgresEffects(access, transport, node, reader.postgres());
  }

  /** Runs SQL on the server that it is for, see {@link PostgresEffects#run}. */
  public void run(Effect.RunSql effect, ServerMessages messages, Cancellation cancellation) {
    SqlServer server = effect.server();
    if (server == null) {
      postgres.run(effect, messages, cancellation);
    } else if (server.console()) {
      try (ConsoleEffects console =
          new ConsoleEffects(SqlServers.access(access, server), transport, node)) {
        console.run(effect, messages, cancellation);
      }
    } else {
      try (PostgresEffects other =
          new PostgresEffects(
              SqlServers.access(access, server), transport, node, reader.other(server))) {
        other.run(effect, messages, cancellation);
      }
    }
  }

  @Override
  public void close() {
    postgres.close();
  }
}
