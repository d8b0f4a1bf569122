package io.rdpg.plan.target.postgres;

import io.rdpg.plan.language.model.NodeAccess;
import io.rdpg.plan.step.Observation;
import io.rdpg.plan.step.Read;
import io.rdpg.plan.step.SqlServer;
import io.rdpg.plan.target.Cancellation;
import io.rdpg.plan.target.shell.Transport;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Asks a node's PostgreSQL, and the other servers that steps name. Safe for use by many threads.
 */
public final class SqlReader implements AutoCloseable {
  private final NodeAccess.Postgres access;
  private final Transport transport;
  private final String node;
  private final PostgresReader postgres;
  private final Map<SqlServer, PostgresReader> others = new ConcurrentHashMap<>();

  /**
   * @param node the node's name, for diagnostics
   */
  public SqlReader(NodeAccess.Postgres access, Transport transport, String node) {
    this.access = access;
    this.transport = transport;
    this.node = node;
    this.postgres = new PostgresReader(access, transport, node);
  }

  /** Runs a query on the server that it is for, see {@link PostgresReader#query}. */
  public Observation.Rows query(Read.Query read, Cancellation cancellation) {
    SqlServer server = read.server();
    if (server == null) {
      return postgres.query(read, cancellation);
    }
    if (server.console()) {
      try (ConsoleReader console =
          new ConsoleReader(SqlServers.access(access, server), transport, node)) {
        return console.show(read, cancellation);
      }
    }
    return other(server).query(read, cancellation);
  }

  /** Of the node's PostgreSQL. */
  public PostgresReader postgres() {
    return postgres;
  }

  PostgresReader other(SqlServer server) {
    return others.computeIfAbsent(
        server, at -> new PostgresReader(SqlServers.access(access, at), transport, node));
  }

  @Override
  public void close() {
    postgres.close();
    others.values().forEach(PostgresReader::close);
  }
}
