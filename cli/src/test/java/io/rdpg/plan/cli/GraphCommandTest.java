package io.rdpg.plan.cli;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class GraphCommandTest {
  private static final Path HOME = Path.of("..").toAbsolutePath().normalize();
  private static final Path PICTURES = HOME.resolve("docs/pictures");

  @TempDir Path directory;

  /** Of a terminal that knows ASCII only, which must not spoil a file that is piped. */
  private final InProcessCommands commands = new InProcessCommands(US_ASCII);

  @Test
  void a_tree_unless_asked_otherwise() {
    assertThat(graph("bootstrap")).isZero();
    assertThat(commands.out())
        .startsWith("bootstrap.yml\n|-- the driver of the cluster  [lookup]")
        .contains("\n|-- the server can replicate  [include ")
        .contains("|-- who leads  [lock rdpg/{{ cluster.id }}/bootstrap/lock]  (at most 15m)\n")
        .contains(
            "there is a write master  [wait_for]"
                + "  (at most 15m, until: this node is the write master)\n")
        .contains("  [consul_lock: release]\n")
        .contains("|   |-- lead  [include leader.yml]  (when leader.value == ");
  }

  @ParameterizedTest
  @CsvSource({"mermaid,%%{init", "dot,digraph plan {", "svg,<svg xmlns", "html,<!doctype html>"})
  void every_format(String format, String beginning) throws IOException {
    assertThat(graph("bootstrap", "--format", format)).isZero();
    String printed = commands.out();
    assertThat(printed).startsWith(beginning);
    Path file = directory.resolve("picture");
    Files.writeString(file, "what was here before");
    assertThat(graph("bootstrap", "--format", format, "--out", file.toString())).isZero();
    assertThat(Files.readString(file)).isEqualTo(printed);
    try (var left = Files.list(directory)) {
      assertThat(left).containsExactly(file);
    }
  }

  @Test
  void an_unknown_format() {
    assertThat(graph("bootstrap", "--format", "sgv")).isEqualTo(2);
    assertThat(commands.err()).contains("--format can't be 'sgv'").contains("did you mean 'svg'?");
    assertThat(commands.out()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"nowhere/picture.svg", "."})
  void a_place_where_no_file_can_be(String place) throws IOException {
    assertThat(graph("bootstrap", "--out", directory.resolve(place).toString())).isEqualTo(2);
    assertThat(commands.err()).contains("file");
    assertThat(directory).isEmptyDirectory();
  }

  /** It lets go of a lock and uses results that only the plan has that includes it. */
  @Test
  void a_part_of_another_plan_is_drawn_as_it_is_there() {
    assertThat(graph("leader")).isZero();
    assertThat(commands.out())
        .startsWith("leader.yml\n")
        .contains("  [consul_lock: release]\n")
        .contains("  [include replication/native/create.yml]\n");
    assertThat(commands.err()).isEmpty();
  }

  @Test
  void a_plan_with_faults_is_not_drawn() throws IOException {
    Path plan = directory.resolve("p.yml");
    Files.writeString(plan, "plan: p\nsteps:\n  - name: a\n    sql_exce: {}\n");
    Path file = directory.resolve("p.svg");
    assertThat(graph(plan.toString(), "--format", "svg", "--out", file.toString())).isEqualTo(2);
    assertThat(file).doesNotExist();
  }

  static Stream<String> pictures() throws IOException {
    try (Stream<Path> files = Files.list(PICTURES)) {
      return files
          .map(file -> file.getFileName().toString().replace(".svg", ""))
          .filter(name -> !name.equals("performance")) // drawn by the benchmarks
          .toList()
          .stream();
    }
  }

  @ParameterizedTest
  @MethodSource("pictures")
  void the_committed_pictures_are_the_plans(String name) throws IOException {
    List<String> words = new ArrayList<>(List.of(name.replace("-dark", ""), "--format", "svg"));
    if (name.endsWith("-dark")) {
      words.add("--dark");
    }
    assertThat(graph(words.toArray(String[]::new))).isZero();
    assertThat(Files.readString(PICTURES.resolve(name + ".svg")).equals(commands.out()))
        .as(
            "out of date: ./rdpg-plan graph %s --out docs/pictures/%s.svg",
            String.join(" ", words), name)
        .isTrue();
  }

  private int graph(String... arguments) {
    commands.forget();
    return commands.run(
        HOME, HOME, Stream.concat(Stream.of("graph"), Stream.of(arguments)).toArray(String[]::new));
  }
}
