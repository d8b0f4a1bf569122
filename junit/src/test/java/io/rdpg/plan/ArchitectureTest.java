package io.rdpg.plan;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
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
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Holds the code to the picture of packages that docs/architecture.md draws. */
class ArchitectureTest {
  private static final String ROOT = "io.rdpg.plan.";
  private static final PackagePicture PICTURE = PackagePicture.read(ROOT);
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .withImportOption(location -> !location.contains("-tests.jar"))
          .importPackages("io.rdpg.plan");

  @Test
  void packages_have_the_names_of_their_directories() throws IOException {
    for (String module : List.of("engine", "lab", "cli", "junit", "containers", "e2e")) {
      try (Stream<Path> files = Files.walk(Path.of("..", module, "src"))) {
        for (Path file : files.filter(one -> one.toString().endsWith(".java")).toList()) {
          String path = String.valueOf(file.getParent()).replaceFirst("^.*/java/", "");
          assertThat(Files.readString(file)).contains("package " + path.replace('/', '.') + ";");
        }
      }
    }
  }

  @Test
  void sees_the_classes() {
    assertThat(CLASSES.size()).as("classes seen: else every rule here holds").isGreaterThan(150);
  }

  @Test
  void all_dependencies_are_in_the_picture() {
    assertThat(dependencies())
        .allSatisfy((from, to) ->
            assertThat(PICTURE.reachableFrom(from))
                .as("what " + from + " may use")
                .containsAll(to));
  }

  @Test
  void all_arrows_of_the_picture_are_in_the_code() {
    Map<String, Set<String>> dependencies = dependencies();
    PICTURE
        .arrows()
        .forEach((from, to) ->
            assertThat(dependencies.getOrDefault(from, Set.of())).as(from).containsAll(to));
  }

  @Test
  void the_page_names_every_package() {
    assertThat(PICTURE.packages())
        .allSatisfy(one -> {
          String name = one.endsWith(".*") ? one.substring(0, one.length() - 2) : one;
          assertThat(PICTURE.page()).contains("| `" + name + "` |");
        });
  }

  /** By package of the picture those that it uses. */
  private static Map<String, Set<String>> dependencies() {
    Map<String, Set<String>> dependencies = new TreeMap<>();
    for (JavaClass one : CLASSES) {
      if (!one.getPackageName().startsWith(ROOT)) {
        continue;
      }
      String from = PICTURE.packageOf(one);
      one.getDirectDependenciesFromSelf().stream()
          .map(dependency -> dependency.getTargetClass().getBaseComponentType())
          .filter(used -> used.getPackageName().startsWith(ROOT))
          .map(PICTURE::packageOf)
          .filter(to -> !to.equals(from))
          .forEach(to -> dependencies.computeIfAbsent(from, _ -> new TreeSet<>()).add(to));
    }
    return dependencies;
  }

  @Test
  void no_cycles() {
    slices().matching("io.rdpg.plan.(**)").should().beFreeOfCycles().check(CLASSES);
  }

  @Test
  void primitives_neither_see_nor_act() {
    noClasses()
        .that()
        .resideInAPackage(ROOT + "step.builtin..")
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
  void no_state_reader_knows_an_effect_or_a_lock() {
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
      if (next.getPackageName().startsWith(ROOT + "target") && found.add(next)) {
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

  /** What is asked ahead can be performed by nobody. */
  @Test
  void who_asks_ahead_can_only_read() {
    noClasses()
        .that()
        .resideInAPackage(ROOT + "run.ahead..")
        .should()
        .dependOnClassesThat()
        .areAssignableTo(Target.class)
        .orShould()
        .dependOnClassesThat()
        .areAssignableTo(Locks.class)
        .check(CLASSES);
  }

  @Test
  void each_library_has_its_users() {
    only("io.pebbletemplates..", "language.template");
    only("org.yaml.snakeyaml..", "language.yaml", "language.format");
    only("org.tomlj..", "language.inventory");
    only("picocli..", "cli", "reference");
    only("com.jcraft..", "target.ssh");
    only("org.postgresql.jdbc..", "target.postgres");
    only("org.kiwiproject..", "target.consul");
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
