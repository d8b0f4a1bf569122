package io.rdpg.plan.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.rdpg.plan.analysis.NodeSelection;
import io.rdpg.plan.analysis.PlanCompiler;
import io.rdpg.plan.language.diagnostic.Diagnostic;
import io.rdpg.plan.language.diagnostic.Diagnostics;
import io.rdpg.plan.language.diagnostic.Failure;
import io.rdpg.plan.language.diagnostic.Span;
import io.rdpg.plan.language.vault.Vault;
import io.rdpg.plan.output.DiagnosticText;
import io.rdpg.plan.output.Style;
import io.rdpg.plan.testing.TestDeadlines;
import io.rdpg.plan.testing.TestFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Plans, inventories and templates that are spoilt at random, through all that {@code validate}
 * does: whatever they hold, nothing but diagnostics comes out, each at a place that is there, soon.
 * The same inputs each time; {@code -Dfuzz.seed=N -Dfuzz.count=N} makes others and more.
 */
class ValidateFuzzTest {
  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
  private static final String RESOURCES = "cli/src/test/resources/";
  private static final long SEED = Long.getLong("fuzz.seed", 1);
  private static final int COUNT = Integer.getInteger("fuzz.count", 1500);

  @TempDir Path directory;
  private @Nullable PlanCompiler compiler;
  private String plan = "p.yml";
  private int plans;

  private interface Subject {
    void take(byte[] input, Diagnostics diagnostics);
  }

  @Test
  void spoilt_plans() {
    List<byte[]> seeds = seeds("plans", RESOURCES + "bad-plans");
    put("included/fine.yml", "plan: f\nsteps: []\n".getBytes(UTF_8));
    put("inventory.yml", read(ROOT.resolve(RESOURCES + "bad-plans/inventory.yml")));
    run(
        seeds,
        (input, diagnostics) -> {
          plan = "p" + ++plans + ".yml"; // each file is read once
          put(plan, input);
          target(diagnostics);
        });
  }

  @Test
  void spoilt_inventories() {
    List<byte[]> seeds = seeds("inventories", RESOURCES + "bad-inventories");
    put("p.yml", read(ROOT.resolve(RESOURCES + "bad-plans/misspelt-field.yml")));
    run(
        seeds,
        (input, diagnostics) -> {
          put("inventory.yml", input);
          compiler = null;
          target(diagnostics);
        });
  }

  @Test
  void spoilt_templates() {
    put("inventory.yml", read(ROOT.resolve(RESOURCES + "bad-plans/inventory.yml")));
    put(
        "p.yml",
        """
        plan: p
        steps:
          - name: a
            render_template: {template: t, dest: /t}
        """
            .getBytes(UTF_8));
    run(
        seeds("templates"),
        (input, diagnostics) -> {
          put("t", input);
          target(diagnostics);
        });
  }

  private void target(Diagnostics diagnostics) {
    try {
      Installation installation = new Installation(directory, directory, Map.of());
      PlanCompiler used = compiler;
      if (used == null) {
        used =
            Wiring.compiler(
                Workspace.of(installation, null),
                List.of(directory.resolve("inventory.yml").toString()),
                List.of(),
                Vault.WITHOUT_PASSWORDS);
        compiler = used;
      }
      used.compile(directory.resolve(plan), NodeSelection.of("all"), List.of(), null)
          .diagnostics()
          .all()
          .forEach(diagnostics::add);
    } catch (Failure failure) {
      diagnostics.add(failure.diagnostic());
    } catch (Diagnostics.Rejected rejected) {
      rejected.diagnostics().forEach(diagnostics::add);
    }
  }

  private void run(List<byte[]> seeds, Subject subject) {
    Mutations mutations = new Mutations(new Random(SEED), seeds);
    for (int i = 0; i < COUNT; i++) {
      if (i % 500 == 0) {
        compiler = null; // what was compiled is kept as long as its run
      }
      byte[] input = mutations.next();
      Optional<String> diagnostic = diagnostic(subject, input);
      if (diagnostic.isPresent()) {
        byte[] smallest = smallest(subject, input, diagnostic.get());
        throw new AssertionError(
            "seed %d, input %d: %s%n--- smallest such input (ISO-8859-1)%n%s%n---"
                .formatted(SEED, i, diagnostic.get(), new String(smallest, ISO_8859_1)));
      }
    }
  }

  /** What is wrong with what comes out, in words that are the same for the same fault. */
  private Optional<String> diagnostic(Subject subject, byte[] input) {
    Diagnostics diagnostics = new Diagnostics();
    long begun = System.nanoTime();
    try {
      subject.take(input, diagnostics);
    } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
      StackTraceElement[] trace = e.getStackTrace();
      return Optional.of(e.getClass().getName() + (trace.length == 0 ? "" : " at " + trace[0]));
    }
    if (System.nanoTime() - begun > TestDeadlines.SOON.toNanos()) {
      return Optional.of("it takes longer than " + TestDeadlines.SOON);
    }
    DiagnosticText text = new DiagnosticText(new Style(false, true));
    for (Diagnostic diagnostic : diagnostics.all()) {
      if (text.lines(diagnostic).stream().anyMatch(line -> line.indexOf('\u001b') >= 0)) {
        return Optional.of("a message moves the cursor");
      }
      Span at = diagnostic.at();
      if (at != null && !at.text().isEmpty() && !isThere(at)) {
        return Optional.of("an error stands at no place of the file: " + diagnostic.code());
      }
    }
    return Optional.empty();
  }

  private static boolean isThere(Span at) {
    int characters = at.text().codePointCount(0, at.text().length());
    return at.line() >= 1 && at.column() >= 1 && at.column() <= characters + 1;
  }

  /** Takes away whatever the error doesn't need. */
  private byte[] smallest(Subject subject, byte[] input, String diagnostic) {
    byte[] smallest = input;
    for (int size = Math.max(1, input.length / 2); size >= 1; size /= 2) {
      for (int at = 0; at < smallest.length; ) {
        byte[] less = without(smallest, at, size);
        compiler = null;
        if (diagnostic(subject, less).filter(diagnostic::equals).isPresent()) {
          smallest = less;
        } else {
          at += size;
        }
      }
    }
    return smallest;
  }

  private static byte[] without(byte[] bytes, int at, int count) {
    int end = Math.min(bytes.length, at + count);
    byte[] less = Arrays.copyOf(bytes, bytes.length - (end - at));
    System.arraycopy(bytes, end, less, at, bytes.length - end);
    return less;
  }

  private static List<byte[]> seeds(String... directories) {
    List<byte[]> seeds = new ArrayList<>();
    for (String name : directories) {
      try (Stream<Path> files = Files.walk(ROOT.resolve(name))) {
        files
            .filter(Files::isRegularFile)
            .filter(file -> !file.toString().matches(".*\\.(txt|md)"))
            .sorted()
            .forEach(file -> seeds.add(read(file)));
      } catch (IOException e) {
        throw new UncheckedIOException("listing " + name, e);
      }
    }
    assertThat(seeds).hasSizeGreaterThan(1);
    return seeds;
  }

  private static byte[] read(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new UncheckedIOException("reading " + file, e);
    }
  }

  private void put(String name, byte[] content) {
    TestFiles.write(directory.resolve(name), content);
  }
}
