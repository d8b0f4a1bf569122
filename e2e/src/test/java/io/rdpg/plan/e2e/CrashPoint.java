package io.rdpg.plan.e2e;

import io.rdpg.plan.testing.TestFiles;
import java.nio.file.Path;
import java.util.List;

/**
 * A point of the bootstrap at which a run is killed: a step is done, and nothing after it. To be
 * exact, the killing is a step of its own in a copy of the plans; the first node to come there does
 * it.
 *
 * @param after the step's name as its plan writes it
 * @param who a condition on the node
 * @param firstOnly whether the step's loop over the cluster's nodes stops after the first one
 */
record CrashPoint(String plan, String after, String who, boolean firstOnly) {
  static final String ANY = "true";
  static final String LEADER = "leader.value == (node.address ~ ' ' ~ server.row.id)";
  static final String FOLLOWER = "leader.value != (node.address ~ ' ' ~ server.row.id)";

  /** The name of the step that kills. */
  static final String STEP = "the crash";

  /** It may stand anywhere. */
  private static final String ALLOW =
      "{node_step_in_cluster_plan: it kills, lock_relied_on_after_release: it kills}";

  /** What {@code kill -9} makes of an exit code. */
  static final int KILLED = 137;

  static CrashPoint after(String plan, String step) {
    return new CrashPoint(plan, step, ANY, false);
  }

  CrashPoint by(String condition) {
    return new CrashPoint(plan, after, condition, firstOnly);
  }

  CrashPoint onFirst() {
    return new CrashPoint(plan, after, who, true);
  }

  @Override
  public String toString() {
    String whose =
        who.equals(LEADER) ? " of the leader" : who.equals(FOLLOWER) ? " of another" : "";
    return "after '" + after + "'" + whose + (firstOnly ? ", for the first node" : "");
  }

  /** Plans that kill the run that walks them, once. */
  Armed arm(LabUnderTest lab) {
    return arm(PlanCopy.in(lab.directory()));
  }

  /** Makes these plans kill the run that walks them, once. */
  Armed arm(PlanCopy plans) {
    if (firstOnly) {
      plans.replace(plan, "for_each: cluster.nodes\n", "for_each: \"[cluster.nodes[0]]\"\n");
    }
    Path directory = Path.of(plans.path("."));
    String kill =
        "if mkdir %1$s/died 2>/dev/null; then kill -9 $(cat %1$s/pid-{{ node.name }}); fi"
            .formatted(directory.normalize());
    plans.insert(
        plan,
        after,
        List.of(
            "- name: " + STEP,
            "  when: " + who,
            "  allow: " + ALLOW,
            "  touches: the crash", // nobody waits for it
            "  command: {run: [sh, -c, \"" + kill + "\"], always: true}"));
    return new Armed(plans, directory.normalize());
  }

  /** The plans and where they look up whom to kill. */
  record Armed(PlanCopy plans, Path directory) {

    /** Starts a bootstrap of these nodes. */
    Running start(LabUnderTest lab, List<String> nodes, String... more) {
      return start(lab, "bootstrap.yml", nodes, more);
    }

    /** Starts a run of a plan over these nodes. */
    Running start(LabUnderTest lab, String plan, List<String> nodes, String... more) {
      List<String> arguments =
          new java.util.ArrayList<>(
              List.of("apply", plans.path(plan), "-o", "json", "-l", String.join(",", nodes)));
      arguments.addAll(List.of(more));
      Running run = lab.start(arguments.toArray(String[]::new));
      nodes.forEach(node ->
          TestFiles.write(directory.resolve("pid-" + node), Long.toString(run.process().pid())));
      return run;
    }
  }
}
