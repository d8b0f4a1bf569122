package io.rdpg.plan.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.rdpg.plan.junit.Lab;
import io.rdpg.plan.junit.RdpgLab;
import java.io.IOException;
import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code new plan} writes, tested by the test that it writes, on a lab. */
@Tag("cluster")
@RdpgLab(inventory = "../examples/grant-access/inventories/test.yml")
class NewPlanIT {
  @AutoClose private static final LabUnderTest LAB = LabUnderTest.serviceCluster();

  @Test
  void a_new_plan_passes_its_test() throws IOException {
    Path plan = begin("first-steps");
    CommandResult result = test(plan).exits(0);
    assertThat(result.stdout()).endsWith("\nfirst-steps: passed\n");
    for (String node : LAB.nodes()) {
      assertThat(LAB.kv("first-steps/" + node)).contains("first-steps");
      assertThat(LAB.sql(node, "postgres", "SELECT nspname FROM pg_namespace WHERE nspname ~ '-'"))
          .containsExactly("first-steps");
    }
    assertThat(test(plan).exit()).as("again").isZero();
  }

  /** The class that it writes where JUnit tests plans, compiled, and its tests run as they are. */
  @Test
  void its_test_for_junit_passes(Lab lab, @TempDir Path project) throws Exception {
    Files.writeString(project.resolve("pom.xml"), "<artifactId>rdpg-plan-junit</artifactId>");
    Running.run(
            project,
            LabUnderTest.ENVIRONMENT,
            List.of(LabUnderTest.LAUNCHER.toString(), "new", "plan", "first-tests"))
        .exits(0);
    Path source = project.resolve("src/test/java/plans/FirstTestsIT.java");
    // Tests run in the working directory of their project, here in ours.
    Files.writeString(
        source,
        Files.readString(source).replace("\"plans/first", "\"" + project.resolve("plans/first")));
    Path classes = Files.createDirectory(project.resolve("classes"));
    assertThat(
            ToolProvider.getSystemJavaCompiler()
                .run(
                    null,
                    null,
                    null,
                    "-proc:none",
                    "-cp",
                    System.getProperty("java.class.path"),
                    "-d",
                    classes.toString(),
                    source.toString()))
        .isZero();
    try (URLClassLoader loader = new URLClassLoader(new URL[] {classes.toUri().toURL()})) {
      Class<?> test = loader.loadClass("plans.FirstTestsIT");
      Constructor<?> constructor = test.getDeclaredConstructor();
      constructor.setAccessible(true);
      int tests = 0;
      for (Method method : test.getDeclaredMethods()) {
        if (method.isAnnotationPresent(Test.class)) {
          method.setAccessible(true);
          method.invoke(constructor.newInstance(), lab);
          tests++;
        }
      }
      assertThat(tests).isEqualTo(2);
    }
    assertThat(lab.kv("first-tests/db2")).contains("first-tests");
  }

  @Test
  void a_step_that_is_never_in_sync_fails_it() throws IOException {
    Path plan = begin("restless");
    change(plan, "unless: SELECT 1 FROM.*", "always: true");
    change(plan, "sql: CREATE SCHEMA .*", "sql: SELECT 1");
    CommandResult result = test(plan).exits(1);
    assertThat(result.stderr())
        .contains("restless: FAILED: applied, but there is still something to do");
  }

  @Test
  void a_step_that_does_not_what_it_looks_for_fails_it() throws IOException {
    Path plan = begin("missing");
    change(plan, "sql: CREATE SCHEMA .*", "sql: SELECT 1");
    CommandResult result = test(plan).exits(1);
    assertThat(result.stderr()).contains("missing: FAILED: it can't be applied");
  }

  @Test
  void faults_and_another_form_fail_it_before_anything_is_done() throws IOException {
    Path plan = begin("untidy");
    change(plan, "targets: all", "targets:   all");
    assertThat(test(plan).stderr()).contains("untidy: FAILED: rdpg-plan fmt would change it");
    change(plan, "consul_kv:", "consul_vk:");
    assertThat(test(plan).stderr()).contains("untidy: FAILED: it is not valid");
    assertThat(LAB.kv("untidy/sc1")).isEmpty();
  }

  private static Path begin(String name) throws IOException {
    CommandResult made =
        Running.run(
                LAB.directory(),
                LabUnderTest.ENVIRONMENT,
                List.of(LabUnderTest.LAUNCHER.toString(), "new", "plan", name))
            .exits(0);
    assertThat(made.stdout()).contains("plans/" + name + ".yml", "plans/" + name + ".test.sh");
    return LAB.directory().resolve("plans").resolve(name + ".yml");
  }

  private static void change(Path plan, String what, String with) throws IOException {
    String before = Files.readString(plan);
    String after = before.replaceFirst(what, with);
    assertThat(after).isNotEqualTo(before);
    Files.writeString(plan, after);
  }

  private static CommandResult test(Path plan) throws IOException {
    String script = plan.toString().replaceFirst("\\.yml$", ".test.sh");
    return Running.run(
        LAB.directory(),
        LabUnderTest.ENVIRONMENT,
        List.of(script, "-i", LAB.inventory().toString()));
  }
}
