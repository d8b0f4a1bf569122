package io.rdpg.plan;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.rdpg.plan.step.Effect;
import io.rdpg.plan.target.Locks;
import io.rdpg.plan.target.Target;
import io.rdpg.plan.target.live.LiveReader;
import io.rdpg.plan.target.live.LiveTarget;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Holds the arrows between packages that docs/architecture.md draws. */
class ArchitectureTest {
  private static final String ROOT = "io.rdpg.plan.";
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("io.rdpg.plan");

  @Test
  void seesTheClasses() {
    assertThat(CLASSES.size()).as("classes seen: else every rule here holds").isGreaterThan(150);
  }

  @Test
  void arrowsPointOneWay() {
    layeredArchitecture()
        .consideringOnlyDependenciesInLayers()
        .layer("diag")
        .definedBy(ROOT + "diag..")
        .layer("model")
        .definedBy(ROOT + "model..")
        .layer("load")
        .definedBy(ROOT + "load..")
        .layer("format")
        .definedBy(ROOT + "format..")
        .layer("scaffold")
        .definedBy(ROOT + "scaffold..")
        .layer("template")
        .definedBy(ROOT + "template..")
        .layer("step")
        .definedBy(ROOT + "step..")
        .layer("primitives")
        .definedBy(ROOT + "primitives..")
        .layer("scope")
        .definedBy(ROOT + "scope..")
        .layer("check")
        .definedBy(ROOT + "check..")
        .layer("event")
        .definedBy(ROOT + "event..")
        .layer("forecast")
        .definedBy(ROOT + "forecast..")
        .layer("run")
        .definedBy(ROOT + "run..")
        .layer("proof")
        .definedBy(ROOT + "proof..")
        .layer("seal")
        .definedBy(ROOT + "seal..")
        .layer("world")
        .definedBy(ROOT + "world")
        .layer("live")
        .definedBy(ROOT + "world.*..")
        .layer("report")
        .definedBy(ROOT + "report..")
        .layer("lab")
        .definedBy(ROOT + "lab..")
        .layer("graph")
        .definedBy(ROOT + "graph..")
        .layer("reference")
        .definedBy(ROOT + "reference..")
        .layer("cli")
        .definedBy(ROOT + "cli..")
        .withOptionalLayers(true)
        .whereLayer("diag")
        .mayNotAccessAnyLayer()
        .whereLayer("model")
        .mayOnlyAccessLayers("diag")
        .whereLayer("load")
        .mayOnlyAccessLayers("model", "diag")
        .whereLayer("format")
        .mayOnlyAccessLayers("load", "model", "diag")
        .whereLayer("scaffold")
        .mayOnlyAccessLayers("model", "diag")
        .whereLayer("template")
        .mayOnlyAccessLayers("model", "diag")
        .whereLayer("step")
        .mayOnlyAccessLayers("model", "diag")
        .whereLayer("primitives")
        .mayOnlyAccessLayers("step", "model", "diag")
        .whereLayer("scope")
        .mayOnlyAccessLayers("step", "template", "model", "diag")
        .whereLayer("check")
        .mayOnlyAccessLayers("scope", "world", "step", "template", "model", "diag")
        .whereLayer("proof")
        .mayOnlyAccessLayers("check", "step", "model", "diag")
        .whereLayer("world")
        .mayOnlyAccessLayers("step", "model", "diag")
        .whereLayer("live")
        .mayOnlyAccessLayers("world", "step", "model", "diag")
        .whereLayer("live")
        .mayOnlyBeAccessedByLayers("cli")
        .whereLayer("event")
        .mayOnlyAccessLayers("world", "step", "model", "diag")
        .whereLayer("forecast")
        .mayOnlyAccessLayers("scope", "event", "world", "step", "template", "model", "diag")
        .whereLayer("run")
        .mayOnlyAccessLayers(
            "forecast", "scope", "event", "world", "step", "template", "model", "diag")
        .whereLayer("seal")
        .mayOnlyAccessLayers("run", "scope", "event", "world", "step", "model", "diag")
        .whereLayer("seal")
        .mayOnlyBeAccessedByLayers("cli")
        .whereLayer("report")
        .mayOnlyAccessLayers("event", "step", "model", "diag")
        .whereLayer("lab")
        .mayOnlyAccessLayers("model", "diag")
        .whereLayer("graph")
        .mayOnlyAccessLayers("model", "diag")
        .whereLayer("graph")
        .mayOnlyBeAccessedByLayers("cli")
        .whereLayer("reference")
        .mayOnlyAccessLayers("primitives", "event", "step", "model", "diag")
        .whereLayer("reference")
        .mayOnlyBeAccessedByLayers("cli")
        .whereLayer("cli")
        .mayNotBeAccessedByAnyLayer()
        .check(CLASSES);
  }

  @Test
  void noCycles() {
    slices().matching("io.rdpg.plan.(**)").should().beFreeOfCycles().check(CLASSES);
  }

  @Test
  void primitivesNeitherSeeNorAct() {
    noClasses()
        .that()
        .resideInAPackage(ROOT + "primitives..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "java.io..",
            "java.net..",
            "java.sql..",
            "java.nio.file..",
            "com.jcraft..",
            "org.kiwiproject..",
            "org.postgresql..")
        .check(CLASSES);
  }

  /** What a preview is given to look with is made of nothing that could act. */
  @Test
  void noSightKnowsAnEffectOrALock() {
    assertThat(behind(LiveReader.class)).hasSizeGreaterThan(30);
    assertThat(behind(LiveReader.class).stream().filter(ArchitectureTest::acts)).isEmpty();
    assertThat(behind(LiveTarget.class).stream().filter(ArchitectureTest::acts))
        .as("else the rule sees nothing")
        .isNotEmpty();
  }

  /** A class of the world with all those of the world that it is made with, directly or not. */
  private static Set<JavaClass> behind(Class<?> first) {
    Set<JavaClass> found = new LinkedHashSet<>();
    Deque<JavaClass> toSee = new ArrayDeque<>(List.of(CLASSES.get(first)));
    while (!toSee.isEmpty()) {
      JavaClass next = toSee.remove();
      if (next.getPackageName().startsWith(ROOT + "world") && found.add(next)) {
        next.getDirectDependenciesFromSelf()
            .forEach(dependency -> toSee.add(dependency.getTargetClass().getBaseComponentType()));
      }
    }
    return found;
  }

  private static boolean acts(JavaClass inTheWorld) {
    return inTheWorld.getDirectDependenciesFromSelf().stream()
        .map(dependency -> dependency.getTargetClass().getName())
        .anyMatch(name ->
            name.startsWith(Effect.class.getName())
                || name.startsWith(Locks.class.getName())
                || name.equals(Target.class.getName()));
  }

  @Test
  void eachLibraryHasItsUsers() {
    only("io.pebbletemplates..", "template");
    only("org.yaml.snakeyaml..", "load", "format");
    only("picocli..", "cli", "reference");
    only("com.jcraft..", "world.ssh");
    only("org.postgresql.jdbc..", "world.postgres");
    only("org.kiwiproject..", "world.consul");
  }

  private static void only(String library, String... users) {
    noClasses()
        .that()
        .resideOutsideOfPackages(
            Stream.of(users).map(user -> ROOT + user + "..").toArray(String[]::new))
        .should()
        .dependOnClassesThat()
        .resideInAPackage(library)
        .allowEmptyShould(true)
        .check(CLASSES);
  }
}
