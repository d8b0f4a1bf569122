package io.rdpg.plan.step;

import io.rdpg.plan.language.model.Text;
import org.jspecify.annotations.Nullable;

/**
 * A server that speaks PostgreSQL's protocol and isn't the node's PostgreSQL: a pooler, its
 * administration console, a second server on another port. It is reached from the node.
 *
 * @param host null for the host of the node's PostgreSQL, or the node's address where that is
 *     reached by its Unix domain socket
 * @param user null for the user of the node's PostgreSQL
 * @param password null for the password of the node's PostgreSQL
 * @param previousPassword tried where {@code password} is refused; null for none
 * @param console whether it is an administration console, such as pgbouncer's: it takes one command
 *     at a time by the simple query protocol, and knows neither transactions nor parameters
 */
public record SqlServer(
    @Nullable String host,
    int port,
    @Nullable String user,
    @Nullable Text password,
    @Nullable Text previousPassword,
    boolean console) {

  /** Where it is, as a person would say it. */
  String place() {
    return (host == null ? "port " + port : host + ":" + port) + (console ? " (console)" : "");
  }
}
