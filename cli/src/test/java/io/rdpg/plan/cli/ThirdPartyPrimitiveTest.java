package io.rdpg.plan.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.rdpg.plan.step.Primitive;
import io.rdpg.plan.testing.TestFiles;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Primitives that another project brings in a jar of its own are treated like ours. */
class ThirdPartyPrimitiveTest {
  private static final String PG_ROLE =
      """
      package com.example;

      import io.rdpg.plan.language.model.Signature;
      import io.rdpg.plan.language.model.Signature.Argument;
      import io.rdpg.plan.language.model.Text;
      import io.rdpg.plan.step.*;
      import java.util.*;

      public final class PgRole implements Primitive<String> {
        @Override
        public Signature signature() {
          return new Signature(
              "pg_role",
              Signature.Category.SQL,
              "Makes a role.",
              "the role is there",
              List.of(
                  Argument.required("role", Signature.Kind.TEXT, "its name").subject("role"),
                  Argument.optional("check", Signature.Kind.LIST, "asked first")
                      .as(Signature.Role.COMMAND_LINE)),
              List.of(),
              List.of(),
              "- {name: a role, pg_role: {role: reports}}");
        }

        @Override
        public String decode(Args args) {
          return args.requiredName("role");
        }

        @Override
        public List<Read<?>> reads(String role) {
          return List.of(read(role));
        }

        private static Read.Query read(String role) {
          return new Read.Query(
              "postgres",
              Text.plain("SELECT 1 FROM pg_roles WHERE rolname = ?"),
              List.of(Text.plain(role)),
              false);
        }

        @Override
        public Set<Resource> mayTouch(Args known) {
          return Set.of(new Resource.InPostgres("role " + known.name("role").orElse("")));
        }

        @Override
        public Diff diff(String role, Observations observations) {
          if (observations.of(read(role)) instanceof Observation.Table table && table.holds()) {
            return new Diff.InSync("the role is there");
          }
          return new Diff.Change(
              List.of(
                  new Effect.RunSql(
                      "postgres", Text.plain("CREATE ROLE x"), List.of(), true, Set.of())),
              "there is none",
              null,
              true,
              Map.of());
        }
      }
      """;

  /** Says nothing of what it waits for. */
  private static final String QUORUM =
      """
      package com.example;

      import io.rdpg.plan.language.model.Signature;
      import io.rdpg.plan.language.model.Signature.Argument;
      import io.rdpg.plan.step.*;
      import java.util.*;

      public final class Quorum implements Primitive<String> {
        @Override
        public Signature signature() {
          return new Signature(
              "quorum",
              Signature.Category.WAIT,
              "Waits until most nodes agree.",
              "they agree",
              List.of(
                  Argument.required("on", Signature.Kind.TEXT, "on what")
                      .as(Signature.Role.OTHER_NODES),
                  Argument.optional("within", Signature.Kind.DURATION, "3m", "the deadline")
                      .as(Signature.Role.DEADLINE)),
              List.of(),
              List.of(),
              "- {name: they agree, quorum: {on: all}}");
        }

        @Override
        public String decode(Args args) {
          return args.requiredName("on");
        }

        @Override
        public List<Read<?>> reads(String on) {
          return List.of(new Read.Key(on));
        }

        @Override
        public Set<Resource> mayTouch(Args known) {
          return Set.of();
        }

        @Override
        public Diff diff(String on, Observations observations) {
          return new Diff.NotYet("not yet");
        }
      }
      """;

  private final InProcessCommands commands = new InProcessCommands();
  private final ClassLoader before = Thread.currentThread().getContextClassLoader();

  @TempDir Path directory;
  private URLClassLoader jar;

  @BeforeEach
  void a_jar_on_the_class_path() throws IOException {
    TestFiles.write(
        directory.resolve("inventories/lab.yml"),
        """
        all:
          children:
            c:
              vars: {cluster_id: c, cluster_role: service}
              hosts: {n1: , n2: }
        """);
    jar = new URLClassLoader(new URL[] {jar().toUri().toURL()}, before);
    Thread.currentThread().setContextClassLoader(jar);
  }

  @AfterEach
  void away() throws IOException {
    Thread.currentThread().setContextClassLoader(before);
    jar.close();
  }

  @Test
  void its_sql_needs_the_lock_that_the_plan_needs() throws IOException {
    plan("ddl", "needs_lock: true", "pg_role: {role: reports}");
    assertThat(run("validate", "ddl.yml")).isEqualTo(2);
    assertThat(commands.err()).contains("(sql_outside_lock)");
  }

  @Test
  void its_sql_may_not_come_after_the_lock_that_it_relies_on() throws IOException {
    Files.writeString(
        directory.resolve("p.yml"),
        """
        plan: p
        steps:
          - name: lock
            consul_lock:
              key: k
              wait: 1m
              steps:
                - name: one of them
                  consul_kv: {key: a, value: a, if_absent: true}
                - name: release
                  consul_lock: {release: true}
                - name: a role
                  pg_role: {role: reports}
        """);
    assertThat(run("validate", "p.yml")).isEqualTo(2);
    assertThat(commands.err()).contains("(lock_relied_on_after_release)");
  }

  @Test
  void its_waits_are_held_to_the_rules_of_waits() throws IOException {
    plan("w", "serial: 1", "quorum: {on: all}");
    assertThat(run("validate", "w.yml")).isEqualTo(2);
    assertThat(commands.err()).contains("'it' waits for other nodes", "(bad_concurrency)");
    plan("without", "about: x", "quorum: {on: all}");
    assertThat(run("validate", "without.yml")).isEqualTo(2);
    assertThat(commands.err()).contains("gives no `within`", "(wait_without_deadline)");
    plan("zero", "about: x", "quorum: {on: all, within: 0s}");
    assertThat(run("validate", "zero.yml")).isEqualTo(2);
    assertThat(commands.err()).contains("'within' must be greater than 0");
  }

  @Test
  void its_command_lines_hold_no_secret() throws IOException {
    plan("s", "about: x", "pg_role: {role: a, check: [test, \"{{ secret('env:X') }}\"]}");
    assertThat(run("validate", "s.yml")).isEqualTo(2);
    assertThat(commands.err()).contains("ps shows it");
  }

  @Test
  void it_is_drawn() throws IOException {
    plan("d", "about: x", "pg_role: {role: reports}");
    assertThat(run("graph", "d.yml", "--format", "svg")).as(commands.err()).isZero();
    assertThat(commands.out()).contains("role reports", "SQL statement");
    plan("e", "about: x", "quorum: {on: all}");
    assertThat(run("graph", "e.yml")).isEqualTo(0);
    assertThat(commands.out()).contains("[quorum]  (at most 3m, ");
  }

  @Test
  void it_is_explained_and_completed() throws IOException {
    assertThat(run("explain", "pg_role")).isZero();
    assertThat(commands.out()).contains("Makes a role.", "its name");
    assertThat(run("completion", "bash")).isZero();
    assertThat(commands.out()).contains("pg_role");
    assertThat(run("schema")).isZero();
    assertThat(commands.out()).contains("\"pg_role: role\"", "what pg_role needs");
  }

  private void plan(String name, String key, String step) throws IOException {
    Files.writeString(
        directory.resolve(name + ".yml"),
        "plan: %s\n%s\nsteps:\n  - name: it\n    %s\n".formatted(name, key, step));
  }

  private int run(String... arguments) {
    commands.forget();
    return commands.run(directory, directory, arguments);
  }

  private Path jar() throws IOException {
    Map<String, String> sources = Map.of("PgRole", PG_ROLE, "Quorum", QUORUM);
    Path classes = Files.createDirectory(directory.resolve("classes"));
    for (Map.Entry<String, String> source : sources.entrySet()) {
      Path file = directory.resolve(source.getKey() + ".java");
      Files.writeString(file, source.getValue());
      int exit =
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
                  file.toString());
      assertThat(exit).isZero();
    }
    Path jar = directory.resolve("their.jar");
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(jar))) {
      for (String name : sources.keySet()) {
        zip.putNextEntry(new ZipEntry("com/example/" + name + ".class"));
        zip.write(Files.readAllBytes(classes.resolve("com/example/" + name + ".class")));
      }
      zip.putNextEntry(new ZipEntry("META-INF/services/" + Primitive.class.getName()));
      services(zip, sources);
    }
    return jar;
  }

  private static void services(OutputStream out, Map<String, String> sources) throws IOException {
    for (String name : sources.keySet()) {
      out.write(("com.example." + name + "\n").getBytes(StandardCharsets.UTF_8));
    }
  }
}
