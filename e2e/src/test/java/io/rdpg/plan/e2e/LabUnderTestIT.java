package io.rdpg.plan.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What the other tests here rely on. */
@Tag("cluster")
class LabUnderTestIT {
  @Test
  void it_is_there_and_then_it_is_gone() {
    Path directory;
    try (LabUnderTest lab = LabUnderTest.serviceCluster()) {
      directory = lab.directory();
      assertThat(lab.nodes()).containsExactly("sc1", "sc2");
      assertThat(lab.sql("sc2", "postgres", "SELECT 1, NULL, true")).containsExactly("1||t");
      assertThat(lab.kv("none")).isEmpty();
      assertThat(lab.services("consul")).hasSize(2);
      assertThat(lab.run("lab", "status").exit()).isZero();
    }
    assertThat(directory).doesNotExist();
    assertThat(ProcessHandle.allProcesses())
        .noneMatch(
            process -> process.info().commandLine().orElse("").contains(directory.toString()));
  }
}
