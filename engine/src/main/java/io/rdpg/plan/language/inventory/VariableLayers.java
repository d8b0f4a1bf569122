package io.rdpg.plan.language.inventory;

import static io.rdpg.plan.language.inventory.InventoryGroup.ALL;

import io.rdpg.plan.language.model.Value;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Merges variables in Ansible's order; a later one wins: the sources' own of {@code all} and of the
 * other groups, the files of {@code all} beside the sources and beside the plan, the files of the
 * other groups in the same order, the sources' own of the host, the host's files. So a file of
 * {@code all} wins over what a source says of any group.
 *
 * @param besideSources in the order of the sources
 * @param besidePlan none or one
 * @see <a
 *     href="https://docs.ansible.com/ansible/latest/playbook_guide/playbooks_variables.html">Ansible,
 *     Understanding variable precedence</a>
 */
record VariableLayers(List<VariableFiles> besideSources, List<VariableFiles> besidePlan) {

  /** A group's own variables. */
  Map<String, Value.Entry> ofGroup(@Nullable InventoryGroup group) {
    Map<String, Value.Entry> vars = new LinkedHashMap<>();
    if (group != null) {
      vars.putAll(group.vars);
      files(besideSources, List.of(group), vars);
      files(besidePlan, List.of(group), vars);
    }
    return vars;
  }

  /** A host's own variables. */
  Map<String, Value.Entry> ofHost(InventoryHost host) {
    Map<String, Value.Entry> vars = new LinkedHashMap<>(host.vars);
    Stream.concat(besideSources.stream(), besidePlan.stream())
        .forEach(files -> vars.putAll(files.ofHost(host.name)));
    return vars;
  }

  /**
   * All that holds on a host.
   *
   * @param groups all groups that it is in, in the order in which their variables override each
   *     other
   */
  Map<String, Value.Entry> merged(InventoryHost host, List<InventoryGroup> groups) {
    List<InventoryGroup> all = groups.stream().filter(group -> group.name.equals(ALL)).toList();
    List<InventoryGroup> others = groups.stream().filter(group -> !group.name.equals(ALL)).toList();
    Map<String, Value.Entry> vars = new LinkedHashMap<>();
    groups.forEach(group -> vars.putAll(group.merging()));
    for (List<InventoryGroup> part : List.of(all, others)) {
      files(besideSources, part, vars);
      files(besidePlan, part, vars);
    }
    vars.putAll(ofHost(host));
    return vars;
  }

  private static void files(
      List<VariableFiles> folders, List<InventoryGroup> groups, Map<String, Value.Entry> into) {
    for (VariableFiles folder : folders) {
      groups.forEach(group -> into.putAll(folder.ofGroup(group.name)));
    }
  }

  /** Every file of variables that was read. */
  Stream<Path> files() {
    return Stream.concat(besideSources.stream(), besidePlan.stream()).flatMap(VariableFiles::files);
  }
}
