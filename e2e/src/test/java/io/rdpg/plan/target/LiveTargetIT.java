package io.rdpg.plan.target;

import io.rdpg.plan.language.model.NodeAccess;
import io.rdpg.plan.target.live.LiveTarget;
import io.rdpg.plan.target.ssh.LoginQueue;
import io.rdpg.plan.target.ssh.SshClient;
import io.rdpg.plan.testing.OneConsul;
import io.rdpg.plan.testing.OnePostgres;
import io.rdpg.plan.testing.TargetContract;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;

/** This machine as a node with real servers. */
@Tag("server")
class LiveTargetIT extends TargetContract {
  @TempDir static Path directory;

  private static OneConsul consul;
  private static OnePostgres postgres;
  private static Target target;

  @BeforeAll
  static void start() {
    consul = OneConsul.start();
    postgres = OnePostgres.start(Map.of());
    target =
        new LiveTarget(
            List.of(
                new NodeAccess(
                    "here",
                    new NodeAccess.Local(),
                    postgres.access(),
                    consul.access(),
                    NodeAccess.Become.USUAL)),
            new SshClient(new LoginQueue(1)),
            "contract");
  }

  @AfterAll
  static void stop() {
    target.close();
    postgres.close();
    consul.close();
  }

  @Override
  protected Target target() {
    return target;
  }

  @Override
  protected String node() {
    return "here";
  }

  @Override
  protected String directory() {
    return directory.toString();
  }
}
