package io.rdpg.plan.step.builtin;

import io.rdpg.plan.language.diagnostic.Diagnostics;
import io.rdpg.plan.language.lookup.FileLayers;
import io.rdpg.plan.language.model.Step;
import io.rdpg.plan.language.model.Value;
import io.rdpg.plan.language.yaml.PlanReader;
import io.rdpg.plan.step.Args;
import io.rdpg.plan.step.Diff;
import io.rdpg.plan.step.Observation;
import io.rdpg.plan.step.Observations;
import io.rdpg.plan.step.Primitive;
import io.rdpg.plan.step.Read;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A primitive's arguments as a plan writes them, nothing in them rendered. */
final class StepArguments {
  private StepArguments() {}

  /** The arguments of a step, such as {@code "{key: k, value: v}"}. */
  static Value.Mapping arguments(String primitive, String yaml) {
    try {
      Path file = Files.createTempFile("written-", ".yml");
      try {
        Files.writeString(
            file, "plan: p\nsteps:\n  - name: s\n    %s: %s\n".formatted(primitive, yaml.strip()));
        Diagnostics diagnostics = new Diagnostics();
        Step step =
            new PlanReader(Primitives.signatures(), FileLayers.none())
                .read(file, (path, vars) -> Set.of(), diagnostics)
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
  static <W> Diff diff(Primitive<W> primitive, String yaml, Observation... observations) {
    W want = primitive.decode(args(primitive, yaml));
    List<Read<?>> reads = primitive.reads(want);
    if (reads.size() != observations.length) {
      throw new AssertionError("asks " + reads);
    }
    Map<Read<?>, Observation> byLook = new HashMap<>();
    for (int i = 0; i < observations.length; i++) {
      byLook.put(reads.get(i), observations[i]);
    }
    return primitive.diff(want, new Observations(byLook));
  }
}
