package io.rdpg.plan.step.builtin;

import static io.rdpg.plan.language.model.Signature.Argument.required;

import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.model.Signature;
import io.rdpg.plan.language.model.Signature.Category;
import io.rdpg.plan.language.model.Signature.Kind;
import io.rdpg.plan.language.model.Signature.Role;
import io.rdpg.plan.step.Args;
import io.rdpg.plan.step.Diff;
import io.rdpg.plan.step.Observations;
import io.rdpg.plan.step.Primitive;
import io.rdpg.plan.step.Read;
import io.rdpg.plan.step.Resource;
import java.util.List;
import java.util.Set;

/** Ends the node's run with a message unless a condition holds. */
public final class Assert implements Primitive<Assert.Want> {

  /** What the author wants: a condition, and the message when it is false. */
  public record Want(boolean holds, String message) {}

  @Override
  public Signature signature() {
    return new Signature(
        "assert",
        Category.ASSERT,
        "Ends the node's run with a message unless a condition holds.",
        "the condition holds",
        List.of(
            required("that", Kind.EXPRESSION, "a condition")
                .such("cluster.nodes | length > 0")
                .subject("")
                .as(Role.RESOURCE),
            required("message", Kind.TEXT, "what is wrong, and what to do")
                .such("the inventory has no nodes")),
        List.of(),
        List.of(),
        """
        - name: the cluster has nodes
          assert:
            that: cluster.nodes | length > 0
            message: "cluster {{ cluster.id }} has no nodes: check the inventory"
        """);
  }

  @Override
  public Want decode(Args args) {
    return new Want(args.flag("that"), args.requiredText("message").toString());
  }

  @Override
  public List<Read<?>> reads(Want want) {
    return List.of();
  }

  @Override
  public Set<Resource> mayTouch(Args known) {
    return Set.of();
  }

  @Override
  public Diff diff(Want want, Observations observations) {
    return want.holds()
        ? new Diff.InSync("it holds")
        : new Diff.Refused(Code.ASSERTION_FAILED, want.message(), null);
  }
}
