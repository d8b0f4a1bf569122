package io.rdpg.plan.target.files;

import static org.assertj.core.api.Assertions.assertThat;

import io.rdpg.plan.language.model.Text;
import io.rdpg.plan.step.Effect;
import io.rdpg.plan.step.Read;
import io.rdpg.plan.target.Cancellation;
import io.rdpg.plan.target.Traffic;
import io.rdpg.plan.target.shell.Transport;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ReadScriptsTest {
  private final List<Transport.Script> sent = new ArrayList<>();
  private final Cancellation cancellation = new Cancellation();

  /** A node that takes every script and gives no answer. */
  private final Transport mute =
      new Transport() {
        @Override
        public Reply run(Script script, Listener listener, Cancellation cancellation) {
          sent.add(script);
          throw new UnsupportedOperationException("mute");
        }

        @Override
        public Socket open(String host, int port, Duration timeout) {
          throw new UnsupportedOperationException("mute");
        }

        @Override
        public Socket openUnix(String path, Duration timeout) {
          throw new UnsupportedOperationException("mute");
        }

        @Override
        public Transport as(@Nullable String user) {
          return this;
        }

        @Override
        public Traffic traffic() {
          return new Traffic();
        }

        @Override
        public void close() {}
      };

  private boolean reads(Runnable sending) {
    try {
      sending.run();
    } catch (UnsupportedOperationException mute) {
      // What counts was sent.
    }
    Transport.Script script = sent.removeLast();
    assertThat(sent).isEmpty();
    return script.stdin().length == 0 && ReadScripts.isOfLooks(script.text() + "\n");
  }

  @Test
  void knows_every_look_but_a_command() {
    FilesReader reader = new FilesReader(mute);
    assertThat(
            reads(() ->
                reader.read(
                    List.of(
                        new Read.FileAt("/etc/hosts"),
                        new Read.Placing("/etc/hosts", "root", null),
                        new Read.Configuration(
                            "haproxy",
                            List.of("/a", "/b c"),
                            "/stamp",
                            new Read.ProcessAt.PidFile("/pid", true, List.of("pgbouncer", "/pid"))),
                        new Read.Configuration("postgres", List.of("/a"), null, null)),
                    cancellation)))
        .isTrue();
    Read.Probe command = new Read.Probe(List.of(Text.plain("reboot")), Map.of());
    assertThat(reads(() -> reader.read(List.of(new Read.FileAt("/a"), command), cancellation)))
        .isFalse();
  }

  @Test
  void knows_no_effect() {
    FilesEffects effects = new FilesEffects(mute);
    Effect.WriteFile write =
        new Effect.WriteFile("/a", Text.plain("x"), null, null, null, List.of());
    assertThat(reads(() -> effects.write(write, cancellation))).isFalse();
    Effect.RunCommand run = new Effect.RunCommand(List.of(Text.plain("true")), null, Map.of());
    assertThat(reads(() -> effects.run(run, cancellation))).isFalse();
    Effect.Reload reload =
        new Effect.Reload("haproxy", new Effect.How.Signal("USR2", "/pid"), null);
    assertThat(reads(() -> effects.reload(reload, () -> {}, cancellation))).isFalse();
    assertThat(ReadScripts.isOfLooks("rm -rf /\n")).isFalse();
  }
}
