package io.rdpg.plan.world.files;

import static org.assertj.core.api.Assertions.assertThat;

import io.rdpg.plan.model.Text;
import io.rdpg.plan.step.Effect;
import io.rdpg.plan.step.Look;
import io.rdpg.plan.world.Cancellation;
import io.rdpg.plan.world.reach.Reach;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LookScriptsTest {
  private final List<Reach.Script> sent = new ArrayList<>();
  private final Cancellation cancellation = new Cancellation();

  /** A node that takes every script and gives no answer. */
  private final Reach mute =
      new Reach() {
        @Override
        public Reply run(Script script, Cancellation cancellation) {
          sent.add(script);
          throw new UnsupportedOperationException("mute");
        }

        @Override
        public Socket open(String host, int port, Duration timeout) {
          throw new UnsupportedOperationException("mute");
        }

        @Override
        public void close() {}
      };

  private boolean looks(Runnable sending) {
    try {
      sending.run();
    } catch (UnsupportedOperationException mute) {
      // What counts was sent.
    }
    Reach.Script script = sent.removeLast();
    assertThat(sent).isEmpty();
    return script.stdin().length == 0 && LookScripts.isOfLooks(script.text() + "\n");
  }

  @Test
  void knowsEveryLookButACommand() {
    FilesSight sight = new FilesSight(mute);
    assertThat(
            looks(() ->
                sight.look(
                    List.of(
                        new Look.FileAt("/etc/hosts"),
                        new Look.Configuration(
                            "haproxy",
                            List.of("/a", "/b c"),
                            "/stamp",
                            new Look.ProcessAt.PidFile("/pid", true)),
                        new Look.Configuration("postgres", List.of("/a"), null, null)),
                    cancellation)))
        .isTrue();
    Look.Probe command = new Look.Probe(List.of(Text.plain("reboot")), Map.of());
    assertThat(looks(() -> sight.look(List.of(new Look.FileAt("/a"), command), cancellation)))
        .isFalse();
  }

  @Test
  void knowsNoEffect() {
    FilesEffects effects = new FilesEffects(mute);
    Effect.WriteFile write =
        new Effect.WriteFile("/a", Text.plain("x"), null, null, null, List.of());
    assertThat(looks(() -> effects.write(write, cancellation))).isFalse();
    Effect.RunCommand run = new Effect.RunCommand(List.of(Text.plain("true")), null, Map.of());
    assertThat(looks(() -> effects.run(run, cancellation))).isFalse();
    Effect.Reload reload =
        new Effect.Reload("haproxy", new Effect.How.Signal("USR2", "/pid"), null);
    assertThat(looks(() -> effects.reload(reload, () -> {}, cancellation))).isFalse();
    assertThat(LookScripts.isOfLooks("rm -rf /\n")).isFalse();
  }
}
