package io.rdpg.plan.analysis.proof;

import io.rdpg.plan.analysis.check.ExecutionPath;
import io.rdpg.plan.analysis.check.PathEnumerator;
import io.rdpg.plan.interpret.NodeFacts;
import io.rdpg.plan.interpret.TemplateLookup;
import io.rdpg.plan.language.diagnostic.Diagnostic;
import io.rdpg.plan.language.diagnostic.Diagnostics;
import io.rdpg.plan.language.model.Inventory;
import io.rdpg.plan.language.model.Plan;
import io.rdpg.plan.language.template.Templates;
import io.rdpg.plan.language.yaml.InventoryReader;
import io.rdpg.plan.language.yaml.PlanReader;
import io.rdpg.plan.step.builtin.Primitives;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Judges plans that are written into a folder, for the nodes of one inventory there. */
final class PathSimulator {
  static final String THREE_NODES =
      """
      all:
        children:
          c:
            vars: {cluster_id: c, cluster_role: service}
            hosts:
              n1: {ansible_host: 10.0.0.1}
              n2: {ansible_host: 10.0.0.2}
              n3: {ansible_host: 10.0.0.3}
      """;

  private final Path folder;
  private final Inventory inventory;
  private final NodeFacts facts;
  private final PlanProver proofs;

  PathSimulator(Path folder, String inventory) {
    this.folder = folder;
    write("inventory.yml", inventory);
    Diagnostics diagnostics = new Diagnostics();
    this.inventory = InventoryReader.read(folder.resolve("inventory.yml"), diagnostics);
    diagnostics.rejectIfAny();
    Templates templates = new Templates(List.of(folder));
    this.facts = new NodeFacts(this.inventory, templates, Map.of(), Map.of());
    this.proofs =
        new PlanProver(
            new PathEnumerator(
                templates, new TemplateLookup(List.of(folder)), facts, Primitives.all()),
            Primitives.all());
  }

  PathSimulator write(String file, String content) {
    try {
      Files.writeString(folder.resolve(file), content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return this;
  }

  /** The breaches of a plan, as {@code "rule line"}, with the file where it is an include's. */
  List<String> breaches(String plan) {
    return told(plan).stream().map(PathSimulator::shown).toList();
  }

  List<Diagnostic> told(String plan) {
    Diagnostics breaches = new Diagnostics();
    proofs.check(read(plan), inventory.nodes(), breaches);
    return breaches.all();
  }

  List<ExecutionPath> ways(String plan) {
    return proofs.ways(read(plan), inventory.nodes());
  }

  private Plan read(String plan) {
    write("plan.yml", plan);
    Diagnostics diagnostics = new Diagnostics();
    Plan read =
        new PlanReader(
                Primitives.signatures(),
                (path, vars, _) -> facts.everywhere(inventory.nodes(), path, vars))
            .read(folder.resolve("plan.yml"), diagnostics);
    diagnostics.rejectIfAny();
    return read;
  }

  private static String shown(Diagnostic breach) {
    var at = Objects.requireNonNull(breach.at());
    String file = String.valueOf(Path.of(at.file()).getFileName());
    return breach.code().word() + " " + (file.equals("plan.yml") ? "" : file + ":") + at.line();
  }
}
