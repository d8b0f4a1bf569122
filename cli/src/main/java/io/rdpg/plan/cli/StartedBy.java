package io.rdpg.plan.cli;

import io.rdpg.plan.language.lookup.FileChoice;
import io.rdpg.plan.language.lookup.FileLayers;
import io.rdpg.plan.run.event.RunOrigin;
import io.rdpg.plan.system.GitCommit;
import io.rdpg.plan.system.HostName;

/** Says who starts a run: this process's user, its machine, its project. */
final class StartedBy {
  private StartedBy() {}

  /**
   * Us, now.
   *
   * @param workspace what the run works on, once its plan is compiled
   */
  static RunOrigin us(Workspace workspace) {
    String sudoUser = workspace.installation().environment().getOrDefault("SUDO_USER", "");
    Project project = workspace.project();
    return new RunOrigin(
        System.getProperty("user.name"),
        sudoUser.isEmpty() ? null : sudoUser,
        HostName.get(),
        ProgramVersion.get(),
        project == null ? null : project.folder().toString(),
        project == null
            ? null
            : GitCommit.of(project.folder(), Workspace.PROJECT_STATE).orElse(null),
        workspace.layers().choices().stream().map(StartedBy::shown).toList());
  }

  private static RunOrigin.Chosen shown(FileChoice choice) {
    return new RunOrigin.Chosen(
        FileLayers.shown(choice.taken()).toString(),
        choice.others().stream().map(other -> FileLayers.shown(other).toString()).toList());
  }
}
