package io.rdpg.plan.target.files;

import io.rdpg.plan.language.diagnostic.Failure;
import io.rdpg.plan.language.model.Text;
import io.rdpg.plan.step.Observation;
import io.rdpg.plan.step.Read;
import io.rdpg.plan.target.Cancellation;
import io.rdpg.plan.target.StepAnswers;
import io.rdpg.plan.target.StepReads;
import io.rdpg.plan.target.shell.Transport;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Sees what several steps of one node read through the shell of one of its users, in one round
 * trip: what the first of all steps reads, then the commands of those behind it, one after another
 * as long as each finds its step in sync, then files and configurations.
 *
 * <p>Commands must wait for each other, so only those of the first step's user are run: of another
 * user's shell, nobody can tell in one round trip.
 */
public final class FilesAhead {
  private final StepAnswers answers;
  private final @Nullable String user;
  private final List<ScriptBatch.Part> parts = new ArrayList<>();
  private final List<Consumer<ScriptBatch.Section>> readers = new ArrayList<>();
  private volatile @Nullable Failure failure;

  private FilesAhead(StepAnswers answers, @Nullable String user) {
    this.answers = answers;
    this.user = user;
    if (isOf(answers.steps().getFirst())) {
      askFirst();
      askCommands();
    }
    askFiles();
    askConfigurations();
  }

  /** What is read by each user, that of the first step before the others. */
  public static List<FilesAhead> ofEachUser(StepAnswers answers) {
    Set<@Nullable String> users = new LinkedHashSet<>();
    answers.steps().forEach(step -> users.add(step.user()));
    return users.stream().map(user -> new FilesAhead(answers, user)).toList();
  }

  /** Whose shell is to be asked; null for the user who logs in. */
  public @Nullable String user() {
    return user;
  }

  private boolean isOf(StepReads step) {
    return Objects.equals(user, step.user());
  }

  /**
   * Performs the reads.
   *
   * @param transport as the user
   * @throws Failure when the node can't be used, something that the first step reads is there and
   *     can't be read, or it was cancelled
   */
  public void read(Transport transport, Cancellation cancellation) {
    if (!parts.isEmpty()) {
      Transport.Reply _ =
          ScriptBatch.run(
              transport,
              FilesReader.FUNCTIONS,
              parts,
              (number, section) -> readers.get(number).accept(section),
              cancellation);
    }
    Failure failed = failure;
    if (failed != null) {
      throw failed;
    }
  }

  /** Whether the shell answers something that the first step reads. */
  public boolean isOfFirst() {
    StepReads first = answers.steps().getFirst();
    return isOf(first) && first.reads().stream().anyMatch(FilesReader::isByShell);
  }

  private void askFirst() {
    StepReads first = answers.steps().getFirst();
    ScriptBatch.Then then =
        first.command().map(FilesAhead::whenInSync).orElse(ScriptBatch.Then.GO_ON);
    for (Read<?> read : first.reads()) {
      if (FilesReader.isByShell(read)) {
        ask(
            new ScriptBatch.Part(FilesReader.script(read), then),
            section -> {
              try {
                answers.of(0, read, FilesReader.observed(read, section));
              } catch (Failure notReadable) {
                failure = notReadable;
              }
            });
      }
    }
  }

  /** No other step's command is to run where one before it finds its step out of sync. */
  private void askCommands() {
    List<StepReads> steps = answers.steps();
    String outputs = CommandScripts.OUTPUTS;
    for (int i = 1; i < steps.size(); i++) {
      int number = i;
      StepReads.Command command = steps.get(i).command().orElse(null);
      if (command != null && isOf(steps.get(i))) {
        Read.Probe probe = command.probe();
        ask(
            new ScriptBatch.Part(
                outputs,
                CommandScripts.oneOfMany(number, probe.argv(), probe.environment()),
                whenInSync(command),
                CommandScripts.printed(number)),
            section -> answers.of(number, probe, result(probe, section)));
        outputs = "";
      }
    }
  }

  /** Only the last one's output is sent: of the others, the exit code says all. */
  private static Observation.CommandResult result(Read.Probe probe, ScriptBatch.Section section) {
    return section.output().length == 0
        ? StepReads.Command.exited(section.exit())
        : CommandScripts.read(
            CommandScripts.given(probe.argv(), probe.environment(), Text.EMPTY),
            section.exit(),
            section.output());
  }

  private void askFiles() {
    List<Read.FileAt> files =
        others()
            .filter(Read.FileAt.class::isInstance)
            .map(Read.FileAt.class::cast)
            .filter(file -> file.expected() != null)
            .toList();
    if (!files.isEmpty()) {
      ask(
          new ScriptBatch.Part(ExpectedFiles.script(files)),
          section ->
              ExpectedFiles.read(files, section)
                  .forEach((read, seen) -> answers.ofAll(user, read, seen)));
    }
  }

  private void askConfigurations() {
    others()
        .filter(Read.Configuration.class::isInstance)
        .map(Read.Configuration.class::cast)
        .forEach(configuration ->
            ask(
                new ScriptBatch.Part(ConfigurationReader.script(configuration)),
                section -> {
                  if (section.exit() == 0) {
                    answers.ofAll(
                        user, configuration, ConfigurationReader.read(configuration, section));
                  }
                }));
  }

  private void ask(ScriptBatch.Part part, Consumer<ScriptBatch.Section> reader) {
    parts.add(part);
    readers.add(reader);
  }

  /** What the steps behind the first read, each once. */
  private Stream<Read<?>> others() {
    Set<Read<?>> reads = new LinkedHashSet<>();
    answers.steps().stream().skip(1).filter(this::isOf).forEach(step -> reads.addAll(step.reads()));
    if (isOf(answers.steps().getFirst())) {
      answers.steps().getFirst().reads().forEach(reads::remove);
    }
    return reads.stream();
  }

  private static ScriptBatch.Then whenInSync(StepReads.Command command) {
    return command.zero() ? ScriptBatch.Then.IF_ZERO : ScriptBatch.Then.UNLESS_ZERO;
  }
}
