package io.rdpg.plan.trial;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;

/**
 * Nodes with servers of their own that plans are tried on, and the runs on them. Nothing of it
 * outlives this process.
 */
public interface TestBed extends AutoCloseable {

  /** All nodes' names, in inventory order. */
  List<String> nodes();

  /**
   * A node's address.
   *
   * @throws IllegalArgumentException when there is no such node
   */
  String address(String node);

  /** The runs of {@code rdpg-plan} on them; they end with the nodes at the latest. */
  TrialRuns runs();

  /**
   * What a node's PostgreSQL answers to its superuser: each row as psql -At shows it, {@code
   * a|b|c}, null as nothing; no rows for a statement that returns none.
   *
   * @throws SQLException with the server's words
   */
  List<String> sql(String node, String database, String statement) throws SQLException;

  /** The agent of the first node that has one which answers. */
  TrialConsul consul();

  /**
   * The directory in which a node's servers keep everything.
   *
   * @throws UnsupportedOperationException when it isn't on this machine
   */
  Path directory(String node);

  /** Copies the logs of a node's servers to a directory that may not be there yet. */
  void copyLogs(String node, Path directory) throws IOException;

  /**
   * A node as a machine, to be cut off or killed as a whole.
   *
   * @throws UnsupportedOperationException when the nodes are no machines of their own
   */
  Machine machine(String node);

  /** Ends what runs and removes all of it. */
  @Override
  void close();
}
