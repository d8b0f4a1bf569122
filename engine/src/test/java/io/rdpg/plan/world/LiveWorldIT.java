package io.rdpg.plan.world;

import io.rdpg.plan.model.Access;
import io.rdpg.plan.testing.OneConsul;
import io.rdpg.plan.testing.OnePostgres;
import io.rdpg.plan.testing.WorldContract;
import io.rdpg.plan.world.live.LiveWorld;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** This machine as a node with real servers. */
class LiveWorldIT extends WorldContract {
  @TempDir static Path folder;

  private static OneConsul consul;
  private static OnePostgres postgres;
  private static World world;

  @BeforeAll
  static void start() {
    consul = OneConsul.start();
    postgres = OnePostgres.start(Map.of());
    world =
        new LiveWorld(
            List.of(new Access("here", new Access.Local(), postgres.access(), consul.access())),
            "contract");
  }

  @AfterAll
  static void stop() {
    world.close();
    postgres.close();
    consul.close();
  }

  @Override
  protected World world() {
    return world;
  }

  @Override
  protected String node() {
    return "here";
  }

  @Override
  protected String folder() {
    return folder.toString();
  }
}
