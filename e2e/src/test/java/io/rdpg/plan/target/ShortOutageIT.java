package io.rdpg.plan.target;

import static org.assertj.core.api.Assertions.assertThat;

import io.rdpg.plan.language.diagnostic.ExitCode;
import io.rdpg.plan.language.model.NodeAccess;
import io.rdpg.plan.run.event.Event;
import io.rdpg.plan.target.live.LiveTarget;
import io.rdpg.plan.target.ssh.LoginQueue;
import io.rdpg.plan.target.ssh.SshClient;
import io.rdpg.plan.target.ssh.TestSshServer;
import io.rdpg.plan.testing.OneConsul;
import io.rdpg.plan.testing.OnePostgres;
import io.rdpg.plan.testing.OwnThread;
import io.rdpg.plan.testing.RunFixture;
import io.rdpg.plan.testing.ThreeConsuls;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real server of a node goes away between two steps of a run, and comes back. */
@Tag("server")
class ShortOutageIT {
  /** Nothing is asked of it. */
  private static final NodeAccess.Postgres NO_POSTGRES =
      new NodeAccess.Postgres("127.0.0.1", 1, "nobody", null);

  private static final NodeAccess.Consul NO_CONSUL = new NodeAccess.Consul("127.0.0.1", 1);

  @TempDir Path directory;

  @Test
  void of_postgres() throws Exception {
    try (OnePostgres postgres = OnePostgres.start(Map.of())) {
      applied(
          new NodeAccess.Local(),
          postgres.access(),
          NO_CONSUL,
          postgres::kill,
          postgres::restart,
          """
            - name: first
              sql_exec: {database: postgres, unless: "select to_regclass('a') is not null", sql: create table a ()}
            - name: second
              sql_exec: {database: postgres, unless: "select to_regclass('b') is not null", sql: create table b ()}
            - name: third
              sql_exec: {database: postgres, sql: create table c (), always: true}
          """);
    }
  }

  @Test
  void of_sshd() throws Exception {
    try (TestSshServer sshd = new TestSshServer(TestSshServer.ownDirectory(directory))) {
      applied(
          sshd.access(),
          NO_POSTGRES,
          NO_CONSUL,
          sshd::kill,
          sshd::startAgain,
          """
            - name: first
              command: {run: [touch, DIR/a], unless: [test, -e, DIR/a]}
            - name: second
              command: {run: [touch, DIR/b], unless: [test, -e, DIR/b]}
            - name: third
              command: {run: [touch, DIR/c], always: true}
          """
              .replace("DIR", directory.toString()));
    }
  }

  @Test
  void of_consuls_leader() throws Exception {
    try (ThreeConsuls servers = ThreeConsuls.start()) {
      OneConsul leader = servers.leader();
      applied(
          new NodeAccess.Local(),
          NO_POSTGRES,
          servers.followers().getFirst().access(),
          leader::kill,
          () -> {}, // another one is elected
          """
            - name: first
              consul_kv: {key: a, value: 1}
            - name: second
              consul_lock:
                key: lock
                steps:
                  - name: under the lock
                    consul_kv: {key: b, value: 1}
            - name: third
              consul_kv: {key: c, value: 1}
          """);
    }
  }

  private interface Act {
    void perform() throws Exception;
  }

  /** All steps end well although a server is gone after the first, and for a while. */
  private void applied(
      NodeAccess.Transport transport,
      NodeAccess.Postgres postgres,
      NodeAccess.Consul consul,
      Act kill,
      Act restart,
      String steps)
      throws Exception {
    AtomicReference<CompletableFuture<Void>> back = new AtomicReference<>();
    try (LiveTarget target =
        new LiveTarget(
            List.of(new NodeAccess("n1", transport, postgres, consul, NodeAccess.Become.USUAL)),
            new SshClient(new LoginQueue(1)),
            "run")) {
      RunFixture.Played played =
          new RunFixture(directory)
              .applyIn(
                  target,
                  event -> {
                    if (event instanceof Event.StepFinished ended
                        && ended.at().label().equals("first")) {
                      perform(kill);
                    }
                    if (event instanceof Event.Waiting && back.get() == null) {
                      back.set(OwnThread.run(() -> perform(restart)));
                    }
                  })
              .apply(steps);
      assertThat(played.exit()).as("%s", played.finished()).isEqualTo(ExitCode.DONE);
      assertThat(back.get()).as("the outage is told").isNotNull();
      back.get().join();
    }
  }

  private static void perform(Act act) {
    try {
      act.perform();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }
}
