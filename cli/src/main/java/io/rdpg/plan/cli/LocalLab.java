package io.rdpg.plan.cli;

import io.rdpg.plan.lab.InventoryLab;
import io.rdpg.plan.lab.Lab;
import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.ExitCode;
import io.rdpg.plan.language.diagnostic.Failure;
import io.rdpg.plan.language.model.Inventory;
import java.util.List;

/**
 * Starts the lab of an inventory as commands do: with progress, and so that it can be interrupted.
 */
final class LocalLab {
  private LocalLab() {}

  /**
   * Starts what isn't up, but not for a preview, which performs nothing.
   *
   * @throws Failure for a preview of a lab that isn't up, or when a server can't be started
   */
  static void ready(Inventory inventory, boolean preview, Streams streams) {
    Lab lab = InventoryLab.of(inventory);
    if (!preview) {
      up(lab, streams);
    } else if (!lab.status().ready()) {
      throw notRunning(inventory, "a preview starts nothing");
    }
  }

  /**
   * Refuses to ask a lab of which nothing runs; what of it doesn't is for its nodes to say.
   *
   * @throws Failure when it isn't running
   */
  static void requireRunning(Inventory inventory) {
    if (!InventoryLab.of(inventory).runs()) {
      throw notRunning(inventory, "nothing of it can be asked");
    }
  }

  private static Failure notRunning(Inventory inventory, String so) {
    return Failure.of(
        Code.LAB_FAILED,
        "the lab of " + inventory.file() + " is not running, and " + so,
        "rdpg-plan lab up -i " + inventory.file() + " starts it");
  }

  /**
   * Starts what isn't up. When interrupted, what runs by then stays, and this program ends.
   *
   * @return the servers that were started
   */
  static List<String> up(Lab lab, Streams streams) {
    try (Progress progress = new Progress(streams)) {
      Signals.onInterrupt(
          () -> {
            progress.report("interrupted: servers that are running by now keep running");
            progress.report(
                "  hint: run it again to continue, or stop them with rdpg-plan lab stop");
            Runtime.getRuntime().halt(ExitCode.INTERRUPTED.number());
          },
          () -> Runtime.getRuntime().halt(ExitCode.INTERRUPTED.number()));
      return lab.up(progress::report);
    }
  }
}
