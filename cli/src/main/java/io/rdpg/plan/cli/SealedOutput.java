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
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** The file that a preview is sealed into. */
final class SealedOutput {
  private final Installation installation;
  private final Path file;
  private final DocumentSeal sealing;
  private final List<SealedPreview.Source> sources;
  private final PreviewRecording recording = new PreviewRecording();

  private SealedOutput(
      Installation installation,
      Path file,
      DocumentSeal sealing,
      List<SealedPreview.Source> sources) {
    this.installation = installation;
    this.file = file;
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
      Installation installation, Path given, Plan plan, Inventory inventory, List<String> extra) {
    Path file = installation.file(given);
    SealedFile.checkPlace(file);
    DocumentSeal sealing =
        DocumentSeal.anew(SealKey.readOrMake(SealKey.place(installation.environment())));
    return new SealedOutput(
        installation, file, sealing, InputFiles.of(plan, inventory, extra, sealing));
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
              + file
              + ": the preview failed"
              + (where.isEmpty() ? "" : " on " + where));
      return;
    }
    List<SealedPreview.Source> all = new ArrayList<>(sources);
    all.addAll(InputFiles.rendered(rendered.stream().map(installation::file).toList(), sealing));
    new SealedFile(preview(asked, redacted, request, all, run), sealing).write(file);
    out.println("sealed preview written to " + file);
  }

  /** What a page says of a sealed file, so that who approves can compare it: its SHA-256. */
  static String digest(Path file) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file));
      return "Sealed preview " + file + ", SHA-256 " + HexFormat.of().formatHex(digest);
    } catch (IOException notWritten) {
      return "There is no sealed preview " + file + ".";
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every Java has it
    }
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
