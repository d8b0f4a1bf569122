package io.rdpg.plan.step.builtin;

import io.rdpg.plan.language.model.Signature;
import io.rdpg.plan.language.model.Signature.Kind;
import io.rdpg.plan.step.Args;
import io.rdpg.plan.step.SqlServer;
import org.jspecify.annotations.Nullable;

/** The argument {@code server} of primitives that run SQL: another server than PostgreSQL's own. */
final class SqlServerArgument {
  private static final String NAME = "server";

  private SqlServerArgument() {}

  static Signature.Argument argument() {
    return Signature.Argument.optional(
        NAME,
        Kind.MAP,
        "another server that speaks PostgreSQL's protocol, reached from the node, instead of the"
            + " node's PostgreSQL: `port`; `host`, `user` and `password` where they differ from"
            + " `pg_host` (or the node's address, where that is a Unix domain socket), `pg_user` and"
            + " `pg_password`; `previous_password`, tried where `password` is refused; `console: true` for an administration console such as pgbouncer's,"
            + " which takes single commands without transactions");
  }

  /**
   * What is given; null for the node's PostgreSQL.
   *
   * @throws io.rdpg.plan.language.diagnostic.Failure when it names no server
   */
  static @Nullable SqlServer of(Args args) {
    Args server = args.nested(NAME).orElse(null);
    if (server == null) {
      return null;
    }
    server.allow("host", "port", "user", "password", "previous_password", "console");
    return new SqlServer(
        server.name("host").orElse(null),
        server.requiredPort("port"),
        server.name("user").orElse(null),
        server.text("password").orElse(null),
        server.text("previous_password").filter(given -> !given.reveal().isEmpty()).orElse(null),
        server.flag("console"));
  }

  static boolean isConsole(@Nullable SqlServer server) {
    return server != null && server.console();
  }
}
