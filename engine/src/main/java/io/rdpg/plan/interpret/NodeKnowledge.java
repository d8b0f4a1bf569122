package io.rdpg.plan.interpret;

import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Diagnostic;
import io.rdpg.plan.language.diagnostic.Failure;
import io.rdpg.plan.language.diagnostic.Suggestions;
import io.rdpg.plan.language.model.Plan;
import io.rdpg.plan.language.model.Step;
import io.rdpg.plan.language.model.Text;
import io.rdpg.plan.language.model.Value;
import io.rdpg.plan.language.template.Templates;
import io.rdpg.plan.language.template.Truth;
import io.rdpg.plan.language.template.UnknownValue;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Evaluates a step with one node's variables.
 *
 * @param nodes the names of the inventory's nodes
 */
public record NodeKnowledge(Templates templates, Set<String> nodes, Variables vars)
    implements Knowledge<NodeKnowledge> {

  /**
   * What is known on a node outside of every plan.
   *
   * @param registered the results of steps; shared, not copied
   */
  public static NodeKnowledge of(
      Templates templates,
      NodeFacts facts,
      io.rdpg.plan.language.model.Node node,
      Map<String, @Nullable Object> registered) {
    return new NodeKnowledge(
        templates, facts.nodeNames(), facts.vars(node).withRegistered(registered));
  }

  private NodeKnowledge with(Variables others) {
    return new NodeKnowledge(templates, nodes, others);
  }

  /** The same with other results of steps; shared, not copied. */
  public NodeKnowledge withRegistered(Map<String, @Nullable Object> registered) {
    return with(vars.withRegistered(registered));
  }

  @Override
  public NodeKnowledge inPlan(Plan plan) {
    return with(PlanDefaults.inPlan(plan, vars, templates));
  }

  @Override
  public NodeKnowledge inStep(Map<String, Value> own) {
    return with(vars.inStep(own));
  }

  @Override
  public NodeKnowledge withItem(String name, @Nullable Object item) {
    return with(vars.withItem(name, item));
  }

  @Override
  public List<@Nullable Object> items(Value forEach) {
    return ValueConversion.items(forEach, templates, vars);
  }

  @Override
  public Optional<NodeKnowledge> where(@Nullable Value when) {
    return switch (templates.condition(when).decide(vars)) {
      case Truth.Holds _ -> Optional.of(this);
      case Truth.Fails _ -> Optional.empty();
      case Truth.Unknown(UnknownValue why) -> throw why;
    };
  }

  @Override
  public String target(Value.Str on) {
    Text name = templates.render(on.text(), vars, on.at());
    if (!nodes.contains(name.reveal())) {
      throw new Failure(unknownNode(on, name, nodes));
    }
    return name.reveal();
  }

  @Override
  public boolean becomes(Value become) {
    return Becoming.truth("become", ValueConversion.toObject(become, templates, vars), become.at());
  }

  @Override
  public String user(Value.Str becomeUser) {
    return Becoming.userName(
        "become_user", templates.render(becomeUser.text(), vars, becomeUser.at()), becomeUser.at());
  }

  /** What is wrong with an {@code on} that names a node which the inventory doesn't have. */
  public static Diagnostic unknownNode(Value.Str on, Text name, Set<String> nodes) {
    return Diagnostic.at(on.at(), Code.UNKNOWN_NODE, "the inventory has no node '" + name + "'")
        .withHint(Suggestions.hint(name.toString(), nodes));
  }

  @Override
  public Map<String, Plan> plans(Step.Include include) {
    Value.Str path = include.path();
    String name = templates.render(path.text(), vars, path.at()).reveal();
    Plan plan = include.plans().get(name);
    if (plan == null) {
      throw new Failure(
          Diagnostic.at(path.at(), Code.MISSING_FILE, "there is no plan '" + name + "'")
              .withHint(
                  "it is searched beside this plan, then beside the first; its path can use"
                      + " inventory and plan variables only"));
    }
    return Map.of(name, plan);
  }
}
