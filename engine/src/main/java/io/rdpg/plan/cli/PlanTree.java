package io.rdpg.plan.cli;

import io.rdpg.plan.model.Plan;
import io.rdpg.plan.model.Step;
import io.rdpg.plan.model.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A plan's steps as a tree, for {@code graph}.
 *
 * @param text what this step is called and does
 * @param note when, for what and where it is done; empty for always
 * @param branches the steps that it holds
 */
record PlanTree(String text, String note, List<PlanTree> branches) {

  static PlanTree of(Plan plan) {
    return new PlanTree(
        plan.fileName(), plan.targets().equals("all") ? "" : "at " + plan.targets(), steps(plan));
  }

  private static List<PlanTree> steps(Plan plan) {
    return plan.steps().stream().map(PlanTree::of).toList();
  }

  private static PlanTree of(Step step) {
    Step.Head head = step.head();
    return switch (step) {
      case Step.Task task -> leaf(head, task.primitive());
      case Step.Release _ -> leaf(head, "consul_lock: release");
      case Step.Block block -> new PlanTree(head.name(), note(head), nested(block.steps()));
      case Step.LockScope lock ->
          new PlanTree(
              named(head, "lock " + key(lock.arguments())), note(head), nested(lock.steps()));
      case Step.Include include -> {
        List<PlanTree> plans =
            include.plans().size() == 1
                ? steps(include.plans().values().iterator().next())
                : include.plans().entrySet().stream()
                    .sorted(java.util.Map.Entry.comparingByKey())
                    .map(plan -> new PlanTree(plan.getKey(), "", steps(plan.getValue())))
                    .toList();
        yield new PlanTree(named(head, "include " + include.path().text()), note(head), plans);
      }
    };
  }

  private static PlanTree leaf(Step.Head head, String what) {
    return new PlanTree(named(head, what), note(head), List.of());
  }

  private static List<PlanTree> nested(List<Step> steps) {
    return steps.stream().map(PlanTree::of).toList();
  }

  private static String named(Step.Head head, String what) {
    return head.name() + "  [" + what + "]";
  }

  private static String key(Value.Mapping arguments) {
    return arguments.get("key") instanceof Value.Str key ? key.text() : "";
  }

  private static String note(Step.Head head) {
    List<String> notes = new ArrayList<>();
    if (head.when() != null) {
      notes.add("when " + shown(head.when()));
    }
    if (head.forEach() != null) {
      notes.add("for each of " + shown(head.forEach()));
    }
    if (head.on() != null) {
      notes.add("on " + head.on());
    }
    return String.join(", ", notes);
  }

  private static String shown(Value value) {
    return switch (value) {
      case Value.Str text -> text.toString().strip();
      case Value.Num number -> number.source();
      case Value.Bool bool -> bool.source();
      case Value.Nothing _ -> "nothing";
      case Value.Seq list ->
          list.items().stream().map(PlanTree::shown).collect(Collectors.joining(", ", "[", "]"));
      case Value.Mapping map ->
          map.entries().entrySet().stream()
              .map(entry -> entry.getKey() + ": " + shown(entry.getValue().value()))
              .collect(Collectors.joining(", ", "{", "}"));
    };
  }

  /** Drawn with lines, one step a line. */
  String drawn() {
    StringBuilder page = new StringBuilder();
    page.append(line()).append('\n');
    draw(page, "");
    return page.toString();
  }

  private void draw(StringBuilder page, String indent) {
    for (int i = 0; i < branches.size(); i++) {
      boolean last = i == branches.size() - 1;
      page.append(indent).append(last ? "`-- " : "|-- ").append(branches.get(i).line());
      page.append('\n');
      branches.get(i).draw(page, indent + (last ? "    " : "|   "));
    }
  }

  private String line() {
    return note.isEmpty() ? text : text + "  (" + note + ")";
  }

  /** In Graphviz' language: steps in their order, those that hold others as frames. */
  String dot() {
    StringBuilder page = new StringBuilder();
    page.append("digraph plan {\n  label=").append(quoted(text));
    page.append(";\n  node [shape=box, fontname=\"sans-serif\"];\n");
    Dot dot = new Dot(page);
    branches.forEach(branch -> dot.add(branch, "  "));
    return page.append("}\n").toString();
  }

  private static String quoted(String text) {
    return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n") + '"';
  }

  /** Numbers the steps and joins each to the one before. */
  private static final class Dot {
    private final StringBuilder page;
    private int steps;
    private int frames;

    Dot(StringBuilder page) {
      this.page = page;
    }

    void add(PlanTree tree, String indent) {
      String label = quoted(tree.note.isEmpty() ? tree.text : tree.text + "\n" + tree.note);
      if (tree.branches.isEmpty()) {
        steps++;
        page.append(indent).append("s").append(steps).append(" [label=").append(label);
        page.append("];\n");
        if (steps > 1) {
          page.append(indent).append("s").append(steps - 1).append(" -> s").append(steps);
          page.append(";\n");
        }
        return;
      }
      frames++;
      page.append(indent).append("subgraph cluster_").append(frames).append(" {\n");
      page.append(indent).append("  label=").append(label).append(";\n");
      tree.branches.forEach(branch -> add(branch, indent + "  "));
      page.append(indent).append("}\n");
    }
  }
}
