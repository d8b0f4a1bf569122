package io.rdpg.plan;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
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
        .layer("template")
        .definedBy(ROOT + "template..")
        .layer("step")
        .definedBy(ROOT + "step..")
        .layer("primitives")
        .definedBy(ROOT + "primitives..")
        .layer("run")
        .definedBy(ROOT + "run..")
        .layer("seal")
        .definedBy(ROOT + "seal..")
        .layer("world")
        .definedBy(ROOT + "world..")
        .layer("report")
        .definedBy(ROOT + "report..")
        .layer("lab")
        .definedBy(ROOT + "lab..")
        .layer("cli")
        .definedBy(ROOT + "cli..")
        .withOptionalLayers(true)
        .whereLayer("diag")
        .mayNotAccessAnyLayer()
        .whereLayer("model")
        .mayOnlyAccessLayers("diag")
        .whereLayer("load")
        .mayOnlyAccessLayers("model", "diag")
        .whereLayer("template")
        .mayOnlyAccessLayers("model", "diag")
        .whereLayer("step")
        .mayOnlyAccessLayers("model", "diag")
        .whereLayer("primitives")
        .mayOnlyAccessLayers("step", "model", "diag")
        .whereLayer("run")
        .mayOnlyAccessLayers("step", "template", "model", "diag")
        .whereLayer("seal")
        .mayOnlyAccessLayers("run", "step", "model", "diag")
        .whereLayer("seal")
        .mayOnlyBeAccessedByLayers("cli")
        .whereLayer("world")
        .mayOnlyAccessLayers("run", "step", "model", "diag")
        .whereLayer("report")
        .mayOnlyAccessLayers("run", "step", "model", "diag")
        .whereLayer("lab")
        .mayOnlyAccessLayers("model", "diag")
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

  @Test
  void eachLibraryHasOneUser() {
    only("io.pebbletemplates..", "template");
    only("org.yaml.snakeyaml..", "load");
    only("picocli..", "cli");
    only("com.jcraft..", "world.ssh");
    only("org.postgresql.jdbc..", "world.postgres");
    only("org.kiwiproject..", "world.consul");
  }

  private static void only(String library, String user) {
    noClasses()
        .that()
        .resideOutsideOfPackages(ROOT + user + "..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage(library)
        .allowEmptyShould(true)
        .check(CLASSES);
  }
}
