package io.rdpg.plan.lab;

import java.util.ArrayList;
import java.util.List;

/** Runs commands as the lab's user. */
final class UserSwitch {
  private UserSwitch() {}

  /** The command itself when the lab's user is this program's; else under setpriv(1). */
  static List<String> command(LabContext site, List<String> command) {
    LabUser user = site.user();
    if (!user.isOther()) {
      return command;
    }
    List<String> whole = new ArrayList<>();
    whole.add(site.tools().path(RequiredProgram.SETPRIV));
    whole.add("--reuid=" + user.uid());
    whole.add("--regid=" + user.gid());
    whole.add("--clear-groups");
    whole.addAll(command);
    return whole;
  }
}
