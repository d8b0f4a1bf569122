package io.rdpg.plan.analysis.check;

import io.rdpg.plan.interpret.Knowledge;
import io.rdpg.plan.interpret.PlanDefaults;
import io.rdpg.plan.interpret.Variables;
import io.rdpg.plan.language.diagnostic.Failure;
import io.rdpg.plan.language.model.Node;
import io.rdpg.plan.language.model.Plan;
import io.rdpg.plan.language.model.Step;
import io.rdpg.plan.language.model.Value;
import io.rdpg.plan.language.template.Templates;
import io.rdpg.plan.language.template.Truth;
import io.rdpg.plan.language.template.UnknownValue;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What is known at one place of a plan of all nodes that may come there.
 *
 * @param names the variables in scope
 * @param nodes those that may come there
 * @param lazy what stands there is rendered later, when all results may be known
 */
record Arrivals(Templates templates, Set<String> names, List<Arrival> nodes, boolean lazy)
    implements Knowledge<Arrivals> {
  /** What is the same on all nodes of a cluster is checked once. */
  private static final int NODES_TRIED = 4;

  /** A node that comes here, as far as can be known, and what it knows here. */
  record Arrival(Node node, Variables vars) {}

  private Arrivals with(Set<String> more, UnaryOperator<Variables> inner) {
    Set<String> all = new LinkedHashSet<>(names);
    all.addAll(more);
    List<Arrival> inside =
        nodes.stream().map(at -> new Arrival(at.node(), inner.apply(at.vars()))).toList();
    return new Arrivals(templates, all, inside, lazy);
  }

  @Override
  public Arrivals inPlan(Plan plan) {
    Set<String> more = new LinkedHashSet<>(plan.vars().keySet());
    plan.defaults().files().values().forEach(file -> more.addAll(file.vars().keySet()));
    return with(more, vars -> PlanDefaults.inPlan(plan, vars, templates));
  }

  @Override
  public Arrivals inStep(Map<String, Value> vars) {
    return vars.isEmpty() ? this : with(vars.keySet(), outside -> outside.inStep(vars));
  }

  @Override
  public Arrivals withItem(String name, @Nullable Object item) {
    return with(Set.of(name), vars -> vars.withItem(name, item));
  }

  @Override
  public List<@Nullable Object> items(Value forEach) {
    throw new UnknownValue(List.of());
  }

  /** What no node comes to may use variables that only others have: those of another role's. */
  @Override
  public Optional<Arrivals> where(@Nullable Value when) {
    List<Arrival> there = nodes.stream().filter(at -> mayHold(when, at.vars())).toList();
    return there.isEmpty() && !nodes.isEmpty()
        ? Optional.empty()
        : Optional.of(new Arrivals(templates, names, there, lazy));
  }

  private boolean mayHold(@Nullable Value when, Variables vars) {
    try {
      return !(templates.condition(when).decide(vars) instanceof Truth.Fails);
    } catch (Failure failure) {
      return true; // reported with the other values
    }
  }

  @Override
  public String target(Value.Str on) {
    throw new UnknownValue(List.of());
  }

  @Override
  public boolean becomes(Value become) {
    throw new UnknownValue(List.of());
  }

  @Override
  public String user(Value.Str becomeUser) {
    throw new UnknownValue(List.of());
  }

  @Override
  public Map<String, Plan> plans(Step.Include include) {
    return include.plans();
  }

  Arrivals later() {
    return new Arrivals(templates, names, nodes, true);
  }

  /** Some of the nodes that come here, each of another cluster. */
  List<Arrival> someNodes() {
    Map<String, Arrival> byCluster = new LinkedHashMap<>();
    for (Arrival at : nodes) {
      Node.Membership cluster = at.node().cluster();
      byCluster.putIfAbsent(cluster == null ? "" : cluster.id(), at);
      if (byCluster.size() == NODES_TRIED) {
        break;
      }
    }
    return List.copyOf(byCluster.values());
  }
}
