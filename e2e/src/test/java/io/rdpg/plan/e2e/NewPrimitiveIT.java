package io.rdpg.plan.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What {@code new primitive} writes, built and tested by Maven in a copy of the checkout: of its
 * classes only those are compiled whose sources are new or changed.
 */
@Tag("tool")
@Tag("long")
class NewPrimitiveIT {
  private static final Set<String> NOT_COPIED = Set.of(".git", ".rdpg-plan", "node_modules");
  private static final Set<String> COPIED_OF_TARGET =
      Set.of("classes", "test-classes", "spotless-index");
  private static final String TESTS = "AlwaysFreshTest,PrimitiveContractTest";
  private static final String MORE_TESTS = ",ArchitectureTest,ExamplesTest";

  @TempDir Path copy;

  @Test
  void a_new_primitive_compiles_and_passes_its_tests_until_it_is_broken() throws IOException {
    copyCheckout();
    Running.run(
            copy.resolve("docs"),
            LabUnderTest.ENVIRONMENT,
            List.of(LabUnderTest.LAUNCHER.toString(), "new", "primitive", "always_fresh"))
        .exits(0);

    maven("-pl", "junit", "-am", "spotless:check", "test", "-Dtest=" + TESTS + MORE_TESTS).exits(0);
    Path reports = copy.resolve("engine/target/surefire-reports");
    assertThat(reports.resolve("io.rdpg.plan.step.builtin.AlwaysFreshTest.txt"))
        .content()
        .contains("Tests run: 3, Failures: 0");

    Path source = copy.resolve("engine/src/main/java/io/rdpg/plan/step/builtin/AlwaysFresh.java");
    String text = Files.readString(source);
    assertThat(text).contains("at.value().equals(want.value())");
    Files.writeString(source, text.replace("at.value().equals(want.value())", "at.index() < 0"));
    compile(source);
    CommandResult broken = maven("-pl", "engine", "surefire:test", "-Dtest=" + TESTS).exits(1);
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
    List<String> command =
        new ArrayList<>(
            List.of(
                "mvn",
                "-B",
                "-q",
                // Else Maven compiles all sources of a module when one has changed.
                "-Dmaven.compiler.useIncrementalCompilation=false"));
    command.addAll(List.of(words));
    return Running.run(copy, LabUnderTest.ENVIRONMENT, command);
  }

  private void copyCheckout() throws IOException {
    Path checkout = LabUnderTest.CHECKOUT.toRealPath();
    Files.walkFileTree(
        checkout,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes)
              throws IOException {
            if (!isCopied(directory)) {
              return FileVisitResult.SKIP_SUBTREE;
            }
            Files.createDirectories(copy.resolve(checkout.relativize(directory)));
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            if (attributes.isRegularFile() && isCopied(file)) {
              Path to = copy.resolve(checkout.relativize(file));
              // Their times tell Maven what it need not compile.
              Files.copy(file, to, StandardCopyOption.COPY_ATTRIBUTES);
            }
            return FileVisitResult.CONTINUE;
          }
        });
  }

  private static boolean isCopied(Path path) {
    String name = String.valueOf(path.getFileName());
    Path directory = path.toAbsolutePath().getParent();
    boolean built =
        directory != null
            && directory.endsWith("target")
            && Files.exists(directory.resolveSibling("pom.xml"));
    return built ? COPIED_OF_TARGET.contains(name) : !NOT_COPIED.contains(name);
  }
}
