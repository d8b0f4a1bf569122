package io.rdpg.plan.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.model.Signature;
import io.rdpg.plan.step.builtin.Primitives;
import io.rdpg.plan.testing.RunFixture;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The example in the documentation of each primitive, taken to a node. */
class ExamplesTest {
  @TempDir Path directory;

  static Stream<Signature> signatures() {
    return Primitives.signatures().values().stream();
  }

  @ParameterizedTest
  @MethodSource("signatures")
  void an_example_is_understood_and_its_preview_performs_nothing(Signature signature) {
    RunFixture stage =
        new RunFixture(directory)
            .file("haproxy.cfg", "global\n")
            .file("watch-handler.sh", "#!/bin/sh\n");
    stage.target.consul().hide("sc3"); // which an example takes out of Consul: no agent of it runs
    RunFixture.Played played = stage.preview(signature.example());
    assertThat(played.finished()).isNotEmpty();
    // The one thing that a bare node refuses: to load a configuration that is not there.
    assertThat(played.finished())
        .allMatch(step -> step.error() == null || step.error().code() == Code.RELOAD_FAILED);
    assertThat(stage.target.performed()).isEmpty();
  }
}
