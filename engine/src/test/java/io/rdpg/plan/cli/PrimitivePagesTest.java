package io.rdpg.plan.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.rdpg.plan.primitives.Primitives;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class PrimitivePagesTest {

  @Test
  void theDocsAreWhatTheCodeSays() throws IOException {
    assertThat(Files.readString(Path.of("../docs/primitives.md")))
        .as("out of date: ./rdpg-plan explain --markdown > docs/primitives.md")
        .isEqualTo(PrimitivePages.markdown(Primitives.signatures().values()));
  }
}
