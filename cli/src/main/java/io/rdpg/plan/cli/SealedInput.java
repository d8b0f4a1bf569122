package io.rdpg.plan.cli;

import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Diagnostics;
import io.rdpg.plan.language.diagnostic.Failure;
import io.rdpg.plan.run.sealed.InputFiles;
import io.rdpg.plan.run.sealed.SealKey;
import io.rdpg.plan.run.sealed.SealedFile;
import io.rdpg.plan.run.sealed.SealedPreview;
import java.nio.file.Path;

/**
 * A sealed preview that may be performed.
 *
 * @param input what it was made from, each file where it is now
 */
record SealedInput(SealedFile file, RunOptions.Input input) {
  /**
   * Reads one whose seal is whole, and whose sources are as they were.
   *
   * @throws Failure when it can't be trusted, or was made by another version of this program
   * @throws Diagnostics.Rejected with every file that has changed since
   */
  static SealedInput read(Installation installation, Path given) {
    SealKey key = SealKey.read(SealKey.place(installation.environment()));
    SealedFile file = SealedFile.read(installation.file(given), key);
    SealedPreview preview = file.preview();
    String version = ProgramVersion.get();
    if (!version.equals(preview.tool())) {
      throw Failure.of(
          Code.DRIFTED,
          "it was made by rdpg-plan " + preview.tool() + ", and this is " + version,
          "nothing was done: make a new preview with this one");
    }
    Diagnostics changed = new Diagnostics();
    InputFiles.changed(file).forEach(changed::add);
    changed.rejectIfAny();
    SealedPreview.Asked asked = preview.asked();
    return new SealedInput(
        file,
        new RunOptions.Input(
            InputFiles.plan(preview).toString(),
            InputFiles.inventories(preview).stream().map(Path::toString).toList(),
            InputFiles.extra(preview, file.extra()),
            asked.limit(),
            asked.tags(),
            asked.nodesAtOnce(),
            asked.local()));
  }
}
