package io.rdpg.plan.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.rdpg.plan.testing.Eventually;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Clients that write through every haproxy of a cluster, one transaction after another in one
 * session each, and count what was acknowledged. Each transaction inserts into a table with a key
 * and into one without (where a row that comes twice stays twice), updates, and deletes.
 */
final class AcknowledgedWrites implements AutoCloseable {
  private static final int KEPT = 20;

  private final LabUnderTest lab;
  private final List<Client> clients = new ArrayList<>();
  private final List<String> errors = new CopyOnWriteArrayList<>();
  private volatile boolean goOn = true;

  /** Makes the tables on every node, and has all of them carried. */
  AcknowledgedWrites(LabUnderTest lab) {
    this.lab = lab;
    for (String node : lab.nodes()) {
      lab.sql(
          node,
          "rdpg",
          """
          CREATE SCHEMA load;
          CREATE TABLE load.keyed (client int, n bigint, PRIMARY KEY (client, n));
          CREATE TABLE load.plain (client int, n bigint);
          CREATE TABLE load.last (client int PRIMARY KEY, n bigint);
          """);
    }
    lab.carryNewTables(lab.nodes());
  }

  /** One client at each haproxy begins. */
  AcknowledgedWrites start() {
    for (String node : lab.nodes()) {
      Client client = new Client(clients.size(), node);
      clients.add(client);
      client.thread.start();
    }
    awaitMore();
    return this;
  }

  /** Waits until each client has had another transaction acknowledged. */
  void awaitMore() {
    List<Long> before = clients.stream().map(client -> client.acknowledged.get()).toList();
    for (Client client : clients) {
      Eventually.holds(
          "client " + client.number + " goes on",
          () -> {
            assertNoErrors();
            return client.acknowledged.get() > before.get(client.number);
          });
    }
  }

  void assertNoErrors() {
    assertThat(errors).as("errors of clients").isEmpty();
  }

  /** Ends the clients, and compares with what was acknowledged what is on every node. */
  void assertNothingLostOrDoubled() {
    close();
    assertNoErrors();
    for (String node : lab.nodes()) {
      for (Client client : clients) {
        long n = client.acknowledged.get();
        String of = " FROM load.%s WHERE client = " + client.number;
        Eventually.holds(
            "what client " + client.number + " wrote is on " + node,
            () ->
                lab.sql(node, "rdpg", "SELECT max(n)" + of.formatted("plain"))
                    .equals(List.of(Long.toString(n))));
        assertThat(
                lab.sql(node, "rdpg", "SELECT count(*), count(DISTINCT n)" + of.formatted("plain")))
            .as(node + ", client " + client.number)
            .containsExactly(n + "|" + n);
        assertThat(lab.sql(node, "rdpg", "SELECT n" + of.formatted("last")))
            .as(node + ", client " + client.number)
            .containsExactly(Long.toString(n));
        assertThat(lab.sql(node, "rdpg", "SELECT count(*)" + of.formatted("keyed")))
            .as(node + ", client " + client.number)
            .containsExactly(Long.toString(Math.min(n, KEPT)));
      }
    }
    ReplicatedRows.areTheSame(lab, lab.nodes());
  }

  @Override
  public void close() {
    goOn = false;
    clients.forEach(Client::awaitEnd);
  }

  /** One session, through the haproxy of one node. */
  private final class Client {
    private final int number;
    private final String node;
    private final AtomicLong acknowledged = new AtomicLong();
    private final Thread thread;

    Client(int number, String node) {
      this.number = number;
      this.node = node;
      this.thread = Thread.ofPlatform().daemon().name("client " + number).unstarted(this::run);
    }

    private void run() {
      String url =
          "jdbc:postgresql://%s:%d/rdpg?prepareThreshold=0"
              .formatted(lab.address(node), LabUnderTest.HAPROXY);
      try (Connection connection = DriverManager.getConnection(url, "rdpg", lab.secret("rdpg"));
          Statement statement = connection.createStatement()) {
        connection.setAutoCommit(false);
        while (goOn) {
          long n = acknowledged.get() + 1;
          statement.execute("INSERT INTO load.keyed VALUES (%d, %d)".formatted(number, n));
          statement.execute("INSERT INTO load.plain VALUES (%d, %d)".formatted(number, n));
          statement.execute(
              "INSERT INTO load.last VALUES (%d, %d) ON CONFLICT (client) DO UPDATE SET n = %2$d"
                  .formatted(number, n));
          statement.execute(
              "DELETE FROM load.keyed WHERE client = %d AND n <= %d".formatted(number, n - KEPT));
          statement.execute("SELECT pg_sleep(0.02)"); // open for a while, and leaves time to others
          connection.commit();
          acknowledged.set(n);
        }
      } catch (SQLException e) {
        errors.add("client " + number + " at " + node + ": " + e.getMessage());
      }
    }

    private void awaitEnd() {
      Eventually.holds("client " + number + " at " + node + " ends", () -> !thread.isAlive());
    }
  }
}
