package io.rdpg.plan.target.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Diagnostic;
import io.rdpg.plan.language.diagnostic.Failure;
import io.rdpg.plan.language.model.NodeAccess;
import io.rdpg.plan.language.model.Text;
import io.rdpg.plan.step.Observation;
import io.rdpg.plan.step.Read;
import io.rdpg.plan.target.Cancellation;
import io.rdpg.plan.target.StepAnswers;
import io.rdpg.plan.target.StepReads;
import io.rdpg.plan.target.local.LocalTransport;
import io.rdpg.plan.target.shell.Transport;
import io.rdpg.plan.testing.Eventually;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What several steps read of a node, asked at once of a real shell. */
@Tag("tool")
class FilesAheadIT {
  @TempDir Path directory;

  @AutoClose
  private final Transport transport = new LocalTransport("here", NodeAccess.Become.USUAL);

  private final Cancellation cancellation = new Cancellation();
  private final Map<Integer, Observation> answers = new ConcurrentSkipListMap<>();

  /** Asks for steps of one read each. */
  private void ask(List<StepReads> steps) {
    FilesAhead.ofEachUser(
            new StepAnswers(
                steps,
                (number, observations) ->
                    answers.put(number, observations.of(steps.get(number).reads().getFirst()))))
        .getFirst()
        .read(transport, cancellation);
  }

  private Path file(String name, String content) throws IOException {
    return Files.writeString(directory.resolve(name), content);
  }

  private static StepReads expecting(Path file, String content) {
    return new StepReads(
        null, List.of(new Read.FileAt(file.toString(), Text.plain(content))), _ -> true);
  }

  private static StepReads command(String... argv) {
    Read.Probe probe =
        new Read.Probe(
            Stream.of(argv).map(Text::plain).toList(), Map.of("WORD", Text.secret("s e'cret")));
    return new StepReads(null, List.of(probe), observations -> observations.of(probe).exit() == 0);
  }

  @Test
  void sees_which_files_have_the_expected_content() throws IOException {
    String user = System.getProperty("user.name");
    Path odd = file("it's $HOME\\ \"odd\"\n-n", "ä\n\nno end");
    Files.setPosixFilePermissions(odd, PosixFilePermissions.fromString("rw-r-----"));
    Path link = Files.createSymbolicLink(directory.resolve("link"), odd);
    Path empty = file("empty", "");
    Path same = file("same", "abc");
    Path differs = file("differs", "abd");
    Path longer = file("longer", "abcd");
    Path none = directory.resolve("none");

    ask(
        List.of(
            expecting(same, "another"), // at its turn: seen whole
            expecting(odd, "ä\n\nno end"),
            expecting(none, "abc"),
            expecting(differs, "abc"),
            expecting(link, "ä\n\nno end"),
            expecting(directory, "abc"),
            expecting(longer, "abc"),
            expecting(empty, ""),
            new StepReads(null, List.of(new Read.FileAt(same.toString() + "x")), _ -> true)));

    Observation.File asOdd = new Observation.File(Text.plain("ä\n\nno end"), user, user, 0640);
    assertThat(answers)
        .containsOnlyKeys(0, 1, 4, 7)
        .containsEntry(1, asOdd)
        .containsEntry(4, asOdd);
    assertThat(answers.get(0))
        .isInstanceOfSatisfying(
            Observation.File.class,
            seen -> assertThat(seen.content()).isEqualTo(Text.plain("abc")));
    assertThat(answers.get(7))
        .isInstanceOfSatisfying(
            Observation.File.class, seen -> assertThat(seen.content()).isEqualTo(Text.EMPTY));
  }

  /** A FIFO that is read hangs. */
  @Test
  void reads_no_content_of_what_is_no_regular_file() throws Exception {
    Path fifo = directory.resolve("fifo");
    assertThat(new ProcessBuilder("mkfifo", fifo.toString()).start().waitFor()).isZero();
    ask(
        List.of(
            expecting(file("a", "a"), "a"), expecting(fifo, ""), expecting(file("b", "b"), "b")));
    assertThat(answers).containsOnlyKeys(0, 2);
  }

  @Test
  void runs_commands_up_to_the_first_that_is_not_in_sync() throws IOException {
    Path log = directory.resolve("log");
    String note = "echo \"$1 $WORD\" >>" + log + "; ";
    ask(
        List.of(
            command("sh", "-c", note + "echo out; exit 0", "-", "one"),
            command("sh", "-c", note + "echo lost; sleep 600 & exit 0", "-", "two"),
            command("sh", "-c", note + "echo out; echo err >&2; echo $WORD; exit 7", "-", "three"),
            command("sh", "-c", note, "-", "four"),
            expecting(file("a", "a"), "a")));
    assertThat(answers)
        .containsOnlyKeys(0, 1, 2)
        .containsEntry(0, new Observation.CommandResult(0, "out\n", ""))
        .containsEntry(1, new Observation.CommandResult(0, "", ""))
        .containsEntry(2, new Observation.CommandResult(7, "out\n***\n", "err\n"));
    assertThat(log).content().isEqualTo("one s e'cret\ntwo s e'cret\nthree s e'cret\n");
    assertThat(transport.run(new Transport.Script("echo sound"), cancellation).out())
        .isEqualTo("sound\n");
  }

  @Test
  void a_command_that_hangs_holds_up_none_before_it() {
    AtomicInteger before = new AtomicInteger(-1);
    Thread watch =
        Thread.startVirtualThread(() -> {
          Eventually.holds("the first two are answered", () -> answers.size() == 2);
          before.set(answers.size());
          cancellation.cancel(Diagnostic.of(Code.INTERRUPTED, "enough"));
        });
    assertThatThrownBy(
            () -> ask(List.of(command("true"), command("true"), command("sleep", "3600"))))
        .isInstanceOf(Failure.class)
        .hasMessageContaining("enough");
    Eventually.holds("watched", () -> !watch.isAlive());
    assertThat(before).hasValue(2);
    assertThat(new TreeMap<>(answers)).containsOnlyKeys(0, 1);
  }

  @Test
  void leaves_no_temporary_directory() {
    ask(List.of(command("true"), command("sh", "-c", "readlink /proc/$$/fd/1 >&2; exit 1")));
    assertThat(answers.get(1))
        .isInstanceOfSatisfying(
            Observation.CommandResult.class,
            result -> {
              assertThat(result.stderr().strip()).endsWith("/1.e");
              assertThat(Path.of(result.stderr().strip()).getParent()).doesNotExist();
            });
  }
}
