package io.rdpg.plan.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every kind of mistake in {@code bad-plans} and {@code bad-inventories}, against the whole text
 * that beside it says what is to be told. With {@code -Dbad-plans.write=true} the texts are written
 * instead.
 */
class BadPlansTest {
  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
  private static final Path RESOURCES = ROOT.resolve("cli/src/test/resources");
  private static final Path PLANS = RESOURCES.resolve("bad-plans");
  private static final Path INVENTORIES = RESOURCES.resolve("bad-inventories");
  private static final Path INVENTORY = PLANS.resolve("inventory.yml");
  private static final boolean WRITE = Boolean.getBoolean("bad-plans.write");

  static List<Path> plans() throws IOException {
    return kinds(PLANS);
  }

  static List<Path> inventories() throws IOException {
    return kinds(INVENTORIES);
  }

  @ParameterizedTest
  @MethodSource("plans")
  void a_plan_is_told(Path plan) throws IOException {
    told(plan, "validate", plan.toString(), "-i", INVENTORY.toString());
  }

  @ParameterizedTest
  @MethodSource("inventories")
  void an_inventory_is_told(Path inventory) throws IOException {
    told(inventory, "inventory", "-i", inventory.toString());
  }

  @Test
  void there_are_many_and_no_text_without_its_file() throws IOException {
    assertThat(plans()).hasSizeGreaterThan(50);
    assertThat(inventories()).hasSizeGreaterThan(10);
    for (Path directory : List.of(PLANS, INVENTORIES)) {
      try (Stream<Path> files = Files.walk(directory)) {
        assertThat(files.filter(file -> file.toString().endsWith(".txt")))
            .allSatisfy(text -> assertThat(sibling(text, ".yml")).exists());
      }
    }
  }

  private static void told(Path file, String... arguments) throws IOException {
    InProcessCommands commands = new InProcessCommands();
    int exit = commands.run(ROOT, ROOT, arguments);
    String told =
        commands.err().replace(ROOT + "/", "").replaceAll("(cli/)?src/test/resources/", "");
    assertThat(exit).as(told).isEqualTo(2);
    assertThat(commands.out()).isEmpty();
    Path text = sibling(file, ".txt");
    if (WRITE) {
      Files.writeString(text, told);
    }
    assertThat(told).as("%s, by %s", file, text).isEqualTo(Files.readString(text));
  }

  /** All files below, but those that are only parts of others. */
  private static List<Path> kinds(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      return files
          .filter(file -> file.toString().endsWith(".yml"))
          .filter(file -> !file.equals(INVENTORY))
          .filter(file -> !directory.relativize(file).toString().contains("included/"))
          .sorted()
          .toList();
    }
  }

  private static Path sibling(Path file, String suffix) {
    String name = String.valueOf(file.getFileName());
    return file.resolveSibling(name.substring(0, name.lastIndexOf('.')) + suffix);
  }
}
