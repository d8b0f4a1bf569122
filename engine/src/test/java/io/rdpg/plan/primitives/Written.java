package io.rdpg.plan.primitives;

import io.rdpg.plan.diag.Diagnostics;
import io.rdpg.plan.load.PlanReader;
import io.rdpg.plan.model.Step;
import io.rdpg.plan.model.Value;
import io.rdpg.plan.step.Answer;
import io.rdpg.plan.step.Answers;
import io.rdpg.plan.step.Args;
import io.rdpg.plan.step.Diff;
import io.rdpg.plan.step.Look;
import io.rdpg.plan.step.Primitive;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A primitive's arguments as a plan writes them, nothing in them rendered. */
final class Written {
  private Written() {}

  /** The arguments of a step, such as {@code "{key: k, value: v}"}. */
  static Value.Mapping arguments(String primitive, String yaml) {
    try {
      Path file = Files.createTempFile("written-", ".yml");
      try {
        Files.writeString(
            file, "plan: p\nsteps:\n  - name: s\n    %s: %s\n".formatted(primitive, yaml.strip()));
        Diagnostics diagnostics = new Diagnostics();
        Step step =
            new PlanReader(Primitives.signatures(), (path, vars, at) -> Set.of())
                .read(file, diagnostics)
                .steps()
                .getFirst();
        diagnostics.rejectIfAny();
        return ((Step.Task) step).arguments();
      } finally {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Args args(Primitive<?> primitive, String yaml) {
    return new Args(arguments(primitive.signature().name(), yaml));
  }

  /** What a step comes to when its looks are answered with these, in their order. */
  static <W> Diff diff(Primitive<W> primitive, String yaml, Answer... answers) {
    W want = primitive.decode(args(primitive, yaml));
    List<Look<?>> looks = primitive.looks(want);
    if (looks.size() != answers.length) {
      throw new AssertionError("asks " + looks);
    }
    Map<Look<?>, Answer> byLook = new HashMap<>();
    for (int i = 0; i < answers.length; i++) {
      byLook.put(looks.get(i), answers[i]);
    }
    return primitive.diff(want, new Answers(byLook));
  }
}
