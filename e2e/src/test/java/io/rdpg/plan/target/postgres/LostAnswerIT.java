package io.rdpg.plan.target.postgres;

import static io.rdpg.plan.testing.Failing.diagnosticOf;
import static org.assertj.core.api.Assertions.assertThat;

import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Failure;
import io.rdpg.plan.language.model.Text;
import io.rdpg.plan.step.Effect;
import io.rdpg.plan.step.Observation;
import io.rdpg.plan.step.Read;
import io.rdpg.plan.target.Cancellation;
import io.rdpg.plan.target.ServerMessages;
import io.rdpg.plan.testing.DirectTransport;
import io.rdpg.plan.testing.Eventually;
import io.rdpg.plan.testing.OnePostgres;
import io.rdpg.plan.testing.OwnThread;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A connection breaks on our side only: the server goes on with the statement, and commits. */
@Tag("server")
class LostAnswerIT {
  private final Cancellation cancellation = new Cancellation();

  @Test
  void nothing_is_read_until_the_statement_has_ended() {
    HalfCutTransport network = new HalfCutTransport();
    try (OnePostgres server = OnePostgres.start(Map.of());
        PostgresReader reader = new PostgresReader(server.access(), network, "n1");
        PostgresReader other = new PostgresReader(server.access(), new DirectTransport(), "n1");
        PostgresEffects effects = new PostgresEffects(server.access(), network, "n1", reader)) {
      CompletableFuture<Void> run =
          OwnThread.run(() ->
              effects.run(
                  new Effect.RunSql(
                      "postgres",
                      Text.plain("create table made as select 1 as x from pg_sleep(3)"),
                      List.of(),
                      false,
                      Set.of()),
                  ServerMessages.NONE,
                  cancellation));
      Eventually.holds(
          "the statement runs",
          () ->
              !rows(other, "select from pg_stat_activity where query like 'create table m%'")
                  .isEmpty());
      network.cut();
      assertThat(diagnosticOf(() -> cancellation.await(run)).code())
          .isEqualTo(Code.CONNECTION_LOST);
      AtomicInteger refused = new AtomicInteger();
      Eventually.holds(
          "the table is seen, and never its absence",
          () -> {
            try {
              assertThat(rows(reader, "select from pg_class where relname = 'made'")).hasSize(1);
              return true;
            } catch (Failure notYet) {
              assertThat(notYet.diagnostic().code()).isEqualTo(Code.CONNECTION_LOST);
              refused.incrementAndGet();
              return false;
            }
          });
      assertThat(refused).hasPositiveValue();
    }
  }

  private List<?> rows(PostgresReader reader, String sql) {
    Observation.Rows rows =
        reader.query(
            new Read.Query("postgres", Text.plain(sql), List.of(), false, Set.of()), cancellation);
    return ((Observation.Table) rows).rows();
  }

  /** Connections whose own end can be cut, while the server keeps its end. */
  private static final class HalfCutTransport extends DirectTransport {
    private final List<Socket> ours = Collections.synchronizedList(new ArrayList<>());

    @Override
    public Socket open(String host, int port, Duration timeout) throws IOException {
      Socket server = super.open(host, port, timeout);
      try (ServerSocket relay = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
        Socket client = new Socket(relay.getInetAddress(), relay.getLocalPort());
        Socket accepted = relay.accept();
        ours.add(accepted);
        pump(accepted, server);
        pump(server, accepted);
        return client;
      }
    }

    private static void pump(Socket from, Socket to) {
      Thread.ofPlatform()
          .daemon()
          .start(() -> {
            try {
              from.getInputStream().transferTo(to.getOutputStream());
            } catch (IOException cut) {
              // as the test wants it
            }
          });
    }

    void cut() {
      for (Socket socket : List.copyOf(ours)) {
        try {
          socket.close();
        } catch (IOException e) {
          throw new AssertionError(e);
        }
      }
    }
  }
}
