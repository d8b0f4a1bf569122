package io.rdpg.plan.lab;

import static org.assertj.core.api.Assertions.assertThat;

import io.rdpg.plan.testing.Eventually;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServerProcessTest {
  private static final String STAT_AFTER_NAME =
      " S 1 4711 4711 0 -1 4194560 1 0 0 0 0 0 0 0 20 0 1 0 987654 1 1 18446744073709551615";

  @TempDir private Path directory;
  private Path record;

  @BeforeEach
  void nameTheRecord() {
    record = directory.resolve("record");
  }

  @Test
  void a_record_that_was_not_written_to_its_end_is_none() throws IOException {
    assertThat(ServerProcess.recorded(record)).isEmpty();

    Files.writeString(record, "4711 (postgres)" + STAT_AFTER_NAME + "\n");

    assertThat(ServerProcess.recorded(record)).isEmpty();
  }

  @Test
  void the_process_that_recorded_itself_is_known_until_it_ends() throws Exception {
    Process sleeper =
        new ProcessBuilder(
                "sh", "-c", ServerProcess.RECORD_AND_BECOME, record.toString(), "sleep", "3600")
            .start();
    try {
      Eventually.holds(
          "it has recorded itself and become another program",
          () ->
              ServerProcess.recorded(record).isPresent()
                  && sleeper.info().command().orElse("").endsWith("/sleep"));
      ServerProcess process = ServerProcess.recorded(record).orElseThrow();
      assertThat(process.pid()).isEqualTo(sleeper.pid());
      assertThat(process.ready()).isFalse();
      assertThat(process.alive()).isTrue();

      ServerProcess.markReady(record);
      assertThat(ServerProcess.recorded(record).orElseThrow().ready()).isTrue();

      sleeper.destroyForcibly().waitFor();
      assertThat(process.alive()).isFalse();
    } finally {
      sleeper.destroyForcibly();
    }
  }
}
