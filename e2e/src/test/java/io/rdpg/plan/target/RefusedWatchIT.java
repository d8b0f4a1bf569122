package io.rdpg.plan.target;

import static org.assertj.core.api.Assertions.assertThat;

import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.model.NodeAccess;
import io.rdpg.plan.target.live.LiveTarget;
import io.rdpg.plan.target.ssh.LoginQueue;
import io.rdpg.plan.target.ssh.SshClient;
import io.rdpg.plan.testing.OneConsul;
import io.rdpg.plan.testing.RunFixture;
import io.rdpg.plan.testing.TestFiles;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Consul's agent refuses all of its configuration for one watch. */
@Tag("server")
class RefusedWatchIT {
  @TempDir Path directory;

  @Test
  void a_watch_that_the_agent_refuses_is_put_back() {
    try (OneConsul consul = OneConsul.start();
        LiveTarget target =
            new LiveTarget(
                List.of(
                    new NodeAccess(
                        "n1",
                        new NodeAccess.Local(),
                        new NodeAccess.Postgres("127.0.0.1", 1, "nobody", null),
                        consul.access(),
                        NodeAccess.Become.USUAL)),
                new SshClient(new LoginQueue(1)),
                "run")) {
      RunFixture stage = new RunFixture(directory).applyIn(target, event -> {});
      Path file = consul.configuration().resolve("w.json");

      refused(stage.apply(watch(consul, "w", "key", "prefix: p")));
      assertThat(file).doesNotExist();

      assertThat(stage.apply(watch(consul, "w", "keyprefix", "prefix: p")).steps("n1"))
          .containsExactly("changed watch");
      String accepted = TestFiles.read(file);
      refused(stage.apply(watch(consul, "w", "key", "prefix: q")));
      assertThat(file).hasContent(accepted);
      assertThat(stage.apply(watch(consul, "other", "nodes", "mode: 0644")).steps("n1"))
          .containsExactly("changed watch");
    }
  }

  private static void refused(RunFixture.Played played) {
    assertThat(played.error("watch").code()).isEqualTo(Code.RELOAD_FAILED);
    assertThat(played.error("watch").message())
        .startsWith("the Consul agent refused to reload: ")
        .endsWith("w.json is as it was before");
  }

  /** Its type is not known before the run, so that nothing is refused then. */
  private static String watch(OneConsul consul, String name, String type, String more) {
    return """
      - name: watch
        vars: {type: %s}
        register_watch: {name: %s, type: "{{ type }}", %s, handler: [/bin/true], config_dir: %s, owner: nobody}
    """
        .formatted(type, name, more, consul.configuration());
  }
}
