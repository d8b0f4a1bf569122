package io.rdpg.plan.target.postgres;

import io.rdpg.plan.language.model.NodeAccess;
import io.rdpg.plan.step.SqlServer;
import java.util.Objects;

/** Where and as whom a server that a step names is reached. */
final class SqlServers {
  private SqlServers() {}

  /**
   * What isn't said is as for the node's PostgreSQL; where that is reached by its Unix domain
   * socket, the host is the node's address. Encrypted where the server can, and its certificate is
   * not verified: the connection begins on the node.
   */
  static NodeAccess.Postgres access(NodeAccess.Postgres own, SqlServer server) {
    String usual = own.socket().isPresent() ? own.name() : own.host();
    String host = Objects.requireNonNullElse(server.host(), usual);
    return new NodeAccess.Postgres(
        host,
        server.port(),
        host,
        Objects.requireNonNullElse(server.user(), own.user()),
        server.password() == null ? own.password() : server.password(),
        server.password() == null ? own.previousPassword() : server.previousPassword(),
        NodeAccess.SslMode.PREFER,
        NodeAccess.Tls.OF_ANYONE,
        own.socketUser(),
        true);
  }
}
