package io.rdpg.plan.cli;

import io.rdpg.plan.language.diagnostic.ExitCode;
import io.rdpg.plan.language.diagnostic.Failure;
import io.rdpg.plan.language.model.Inventory;
import io.rdpg.plan.language.model.Node;
import io.rdpg.plan.language.model.Plan;
import io.rdpg.plan.run.RunRequest;
import io.rdpg.plan.run.sealed.DocumentSeal;
import io.rdpg.plan.run.sealed.InputFiles;
import io.rdpg.plan.run.sealed.PreviewRecording;
import io.rdpg.plan.run.sealed.SealKey;
import io.rdpg.plan.run.sealed.SealedFile;
import io.rdpg.plan.run.sealed.SealedPreview;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** The file that a preview is sealed into. */
final class SealedOutput {
  private final Installation installation;
  private final SealedPlace place;
  private final DocumentSeal sealing;
  private final List<SealedPreview.Source> sources;
  private final PreviewRecording recording = new PreviewRecording();

  private SealedOutput(
      Installation installation,
      SealedPlace place,
      DocumentSeal sealing,
      List<SealedPreview.Source> sources) {
    this.installation = installation;
    this.place = place;
    this.sealing = sealing;
    this.sources = sources;
  }

  /**
   * Fails before any node is contacted.
   *
   * @param plan what was read, and is still as it was
   * @param inventory the same
   * @param extra the arguments of {@code -e}
   * @throws Failure when no file can be put there, or there is no seal key and none can be made
   */
  static SealedOutput at(
      Installation installation,
      SealedPlace place,
      Plan plan,
      Inventory inventory,
      List<String> extra) {
    SealedFile.checkPlace(place.file());
    DocumentSeal sealing =
        DocumentSeal.anew(SealKey.readOrMake(SealKey.place(installation.environment())));
    return new SealedOutput(
        installation, place, sealing, InputFiles.of(plan, inventory, extra, sealing));
  }

  /** Must receive all results of the preview. */
  PreviewRecording recording() {
    return recording;
  }

  /**
   * Writes the results, unless the preview failed on a node.
   *
   * @param rendered the templates and SQL files that it was made from
   * @param out receives where it is, or why there is none
   * @throws Failure when it can't be written
   */
  void write(
      RunOptions.Input asked,
      CommandLineSecrets redacted,
      RunRequest request,
      Set<Path> rendered,
      String run,
      ExitCode exit,
      PrintStream out) {
    boolean whole = exit == ExitCode.DONE || exit == ExitCode.CHANGES_FOUND;
    if (!whole || !recording.failed().isEmpty()) {
      String where =
          recording.failed().stream()
              .filter(node -> !node.isEmpty())
              .collect(Collectors.joining(", "));
      out.println(
          "no sealed preview is written to "
              + place.file()
              + ": the preview failed"
              + (where.isEmpty() ? "" : " on " + where));
      return;
    }
    List<SealedPreview.Source> all = new ArrayList<>(sources);
    all.addAll(InputFiles.rendered(rendered.stream().map(installation::file).toList(), sealing));
    new SealedFile(preview(asked, redacted, request, all, run), sealing).write(place.file());
    place.written();
    out.println("sealed preview written to " + place.file());
  }

  private SealedPreview preview(
      RunOptions.Input asked,
      CommandLineSecrets redacted,
      RunRequest request,
      List<SealedPreview.Source> all,
      String run) {
    return new SealedPreview(
        ProgramVersion.get(),
        Instant.now().truncatedTo(ChronoUnit.SECONDS).toString(),
        run,
        sealing.fingerprint(),
        sealing.nonce(),
        new SealedPreview.Asked(
            asked.plan(),
            asked.inventories().isEmpty() ? null : String.join(", ", asked.inventories()),
            asked.limit(),
            asked.tags(),
            asked.nodesAtOnce(),
            asked.local(),
            SealedFile.hideExtra(sealing, asked.extra())),
        all,
        request.selected().stream().map(Node::name).toList(),
        recording.locks(sealing, redacted),
        recording.steps(sealing, redacted));
  }
}
