package io.rdpg.plan.lab;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** One server of one node: what it needs, how it is started, and when it answers. */
sealed interface LabServer
    permits SshServer, PostgresServer, ConsulAgent, PgbouncerServer, HaproxyServer {
  ServerKind kind();

  LabNode node();

  /** The TCP ports on its node's address that it will listen on. */
  List<Integer> ports();

  /** Makes its directories and what configuration it lacks; keeps what plans have written. */
  void prepare();

  /** The command that runs it in the foreground; it outlives this program all the same. */
  List<String> command();

  /** Whether it runs as the lab's user rather than as the user of this program. */
  boolean asLabUser();

  /**
   * Whether it is ready to serve.
   *
   * @param pid its process
   * @throws IOException when it isn't
   */
  boolean answers(long pid) throws IOException;

  /** Its name for people, such as {@code sc1 postgres}. */
  default String title() {
    return node().name() + " " + kind().word();
  }

  /** Its directory in this home. */
  default Path directory(LabHome home) {
    return home.server(node(), kind());
  }
}
