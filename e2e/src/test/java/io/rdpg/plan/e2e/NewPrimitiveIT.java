package io.rdpg.plan.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code new primitive} writes, built and tested in a copy of the sources. */
class NewPrimitiveIT {
  private static final Set<String> NOT_SOURCES =
      Set.of("target", ".git", ".rdpg-plan", "node_modules");
  private static final String TESTS =
      "AlwaysFreshTest,PrimitiveContractTest,ArchitectureTest,ExamplesTest";

  @TempDir Path copy;

  @Test
  void a_new_primitive_compiles_and_passes_its_tests_until_it_is_broken() throws IOException {
    copySources();
    CommandResult made =
        NodePrograms.run(
            copy.resolve("docs"),
            List.of(LabUnderTest.LAUNCHER.toString(), "new", "primitive", "always_fresh"));
    assertThat(made.exit()).as("%s", made).isZero();

    CommandResult tested = maven("-pl", "cli", "-am", "spotless:check", "test", "-Dtest=" + TESTS);
    assertThat(tested.exit()).as("%s", tested).isZero();
    Path reports = copy.resolve("engine/target/surefire-reports");
    assertThat(reports.resolve("io.rdpg.plan.step.builtin.AlwaysFreshTest.txt"))
        .content()
        .contains("Tests run: 3, Failures: 0");

    Path source = copy.resolve("engine/src/main/java/io/rdpg/plan/step/builtin/AlwaysFresh.java");
    String text = Files.readString(source);
    assertThat(text).contains("at.value().equals(want.value())");
    Files.writeString(source, text.replace("at.value().equals(want.value())", "at.index() < 0"));
    compile(source);
    CommandResult broken = maven("-pl", "engine", "surefire:test", "-Dtest=" + TESTS);
    assertThat(broken.exit()).as("%s", broken).isEqualTo(1);
    assertThat(broken.stdout())
        .contains("AlwaysFreshTest.nothing_is_done_where_the_value_is_equal")
        .contains("PrimitiveContractTest.the_second_time_there_is_nothing_left_to_do");
  }

  /** This one class alone: Maven would compile all sources once more. */
  private void compile(Path source) {
    Path classes = copy.resolve("engine/target/classes");
    String path = classes + File.pathSeparator + System.getProperty("java.class.path");
    int exit =
        ToolProvider.getSystemJavaCompiler()
            .run(
                null,
                null,
                null,
                "-proc:none",
                "-cp",
                path,
                "-d",
                classes.toString(),
                source.toString());
    assertThat(exit).isZero();
  }

  private CommandResult maven(String... words) throws IOException {
    List<String> command = new ArrayList<>(List.of("mvn", "-B", "-q"));
    command.addAll(List.of(words));
    return NodePrograms.run(copy, command);
  }

  private void copySources() throws IOException {
    Path checkout = LabUnderTest.CHECKOUT.toRealPath();
    Files.walkFileTree(
        checkout,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes)
              throws IOException {
            if (NOT_SOURCES.contains(String.valueOf(folder.getFileName()))) {
              return FileVisitResult.SKIP_SUBTREE;
            }
            Files.createDirectories(copy.resolve(checkout.relativize(folder)));
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            if (attributes.isRegularFile()) {
              Files.copy(file, copy.resolve(checkout.relativize(file)));
            }
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
