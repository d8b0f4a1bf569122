package io.rdpg.plan.run;

import io.rdpg.plan.testing.Choices;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Plans of any shape over few things, so that steps often speak of the same one.
 *
 * <p>What nodes share is written, and read by anything but a {@code wait_for}, by one node only or
 * under one lock, unless {@link #races}: then anybody does it anywhere, nodes may replicate, and
 * only the order in which nodes go on decides what comes of it.
 */
final class RandomPlan {
  static final List<String> VALUES = List.of("a", "b");
  static final List<String> SERVICES = List.of("s1", "s2");

  private static final List<String> RELOADING =
      List.of("command: [reload]", "signal: HUP, pid_file: /run/s.pid", "sql: RELOAD");

  private static final String MAKE_DATABASE =
      "sql_exec: {database: postgres, transaction: false, sql: CREATE DATABASE d, unless: IS d}";

  private static final int KINDS = 28;

  /** Steps from this kind on hold others. */
  private static final int HOLDING = 22;

  /** A file beside the plan. */
  record Template(String name, String content) {}

  static final List<Template> TEMPLATES =
      List.of(
          new Template("t1", "one\n"),
          new Template("t2", "two\n"),
          new Template("t3", "of {{ node.name }}\n"));

  /**
   * A result that steps after it can use.
   *
   * @param fields what it surely has
   */
  private record Known(String name, List<String> fields) {}

  /**
   * Where a step stands.
   *
   * @param owner the one node that gets here; null for all
   * @param locked whether the lock is surely held
   * @param depth how many steps are around it
   * @param known results of steps before it
   */
  private record Where(@Nullable String owner, boolean locked, int depth, List<Known> known) {
    Where deeper() {
      return new Where(owner, locked, depth + 1, new ArrayList<>(known));
    }

    Where of(String node) {
      return new Where(node, locked, depth + 1, new ArrayList<>(known));
    }

    Where underLock() {
      return new Where(owner, true, depth + 1, new ArrayList<>(known));
    }

    Where letGo() {
      return new Where(owner, false, depth, known);
    }
  }

  private final Choices choices;
  private final List<String> nodes;
  private final boolean races;
  private final String owner;

  /** Some of all kinds of steps, the same one more than once perhaps: few kinds meet often. */
  private final List<Integer> kinds;

  /** One way in a plan: a stamp that another way leaves is not foretold. */
  private final String reloading;

  private final String stamp;
  private final String watches;

  private final boolean isNewDatabaseEverywhere;
  private boolean hasNewDatabase;
  private int releases;
  private int steps;

  /**
   * @param hasNewDatabase whether every node has {@link RandomTarget#NEW_DATABASE} already; else
   *     nothing is done in it before a step made it
   */
  RandomPlan(Choices choices, List<String> nodes, boolean hasNewDatabase) {
    this.isNewDatabaseEverywhere = hasNewDatabase;
    this.hasNewDatabase = hasNewDatabase;
    this.choices = choices;
    this.nodes = nodes;
    this.races = choices.oneIn(2);
    this.owner = choices.among(nodes);
    int several = choices.oneIn(3) ? KINDS : 4;
    this.kinds = Stream.generate(() -> choices.below(KINDS)).limit(several).toList();
    this.reloading = choices.among(RELOADING);
    this.stamp = choices.among(List.of("", ", stamp: " + RandomTarget.NEW_DIRECTORY + "/stamp"));
    this.watches = choices.among(List.of("/w", RandomTarget.NEW_DIRECTORY));
  }

  boolean races() {
    return races;
  }

  /** The steps, as they stand in a plan. */
  String steps() {
    return String.join("\n", some(new Where(null, false, 0, new ArrayList<>()), 10)) + "\n";
  }

  private List<String> some(Where where, int most) {
    List<String> lines = new ArrayList<>();
    Where here = where;
    int number = 0;
    do {
      int before = releases;
      if (here.locked() && choices.oneIn(8)) {
        releases++;
        lines.addAll(step("consul_lock: {release: true}"));
      } else {
        lines.addAll(any(here));
      }
      if (releases > before) {
        here = here.letGo();
      }
    } while (++number < most && choices.below(most) > 0);
    return lines;
  }

  private List<String> any(Where where) {
    int kind = choices.among(kinds);
    return switch (where.depth() > 2 ? kind % HOLDING : kind) {
      case 0, 1, 2 -> key(where);
      case 3, 4 -> file(where);
      case 5, 6, 7, 8 -> sql(where);
      case 9, 10 -> service(where);
      case 11, 12 -> lookup(where);
      case 13, 14 -> waiting(where);
      case 15, 16 -> command(where);
      case 17 -> reload(where);
      case 18 -> watch(where);
      case 19 -> check(where);
      case 20, 21 -> pools(where);
      case 22, 23 -> block(where);
      case 24, 25 -> lock(where);
      default -> loop(where);
    };
  }

  // --- primitives ---

  private List<String> key(Where where) {
    String key = key(where, "1");
    String args =
        switch (choices.below(8)) {
          case 0, 1, 2, 3 -> "value: " + value(where);
          case 4, 5 -> "value: " + value(where) + ", if_absent: true";
          case 6 -> "absent: true";
          default -> "value: a, if_value: b";
        };
    return task(where, List.of("found", "value"), "consul_kv: {key: %s, %s}".formatted(key, args));
  }

  private List<String> file(Where where) {
    String mode = choices.among(List.of("", ", mode: 0600", ", mode: 0644"));
    String template = choices.among(TEMPLATES).name();
    boolean inNewDirectory = choices.oneIn(4);
    return placed(
        where,
        (_, remote) ->
            List.of(
                "render_template: {template: %s, dest: %s%s}"
                    .formatted(
                        template,
                        inNewDirectory && !remote ? RandomTarget.NEW_FILE : path(remote),
                        mode)));
  }

  private List<String> sql(Where where) {
    if (choices.oneIn(4)) {
      if (hasNewDatabase && choices.oneIn(3)) {
        // made already, and things in it are made and dropped all over the plan
        return step(
            choices.oneIn(2) && races ? "on: " + choices.among(nodes) : "",
            "touches: {makes: [database d]}",
            MAKE_DATABASE);
      }
      hasNewDatabase |= where.depth() == 0;
      return step(
          choices.among(List.of("", "touches: database d", "touches: {makes: [database d]}")),
          MAKE_DATABASE);
    }
    if (races && hasNewDatabase && choices.oneIn(8)) {
      return step(
          choices.among(List.of("", "touches: [database d/subscription s]")),
          "sql_exec: {database: d, sql: CREATE SUBSCRIPTION s, unless: SUBSCRIBES}");
    }
    String here = hasNewDatabase ? database() : "postgres";
    int kind = choices.below(8);
    return placed(
        where,
        (elsewhere, remote) -> {
          String x = thing(remote);
          String database = elsewhere ? "postgres" : here;
          String touching = touching("database " + database + "/thing " + x);
          return switch (kind) {
            case 0, 1, 2, 3 -> sql(database, "MAKE " + x, "unless: 'HAS " + x + "'", touching);
            case 4 -> sql(database, "MAKE " + x, "always: true", touching);
            case 5, 6 -> sql(database, "DROP " + x, "unless: 'NONE " + x + "'", "");
            default ->
                remote
                    ? sql(database, "MAKE " + x, "unless: 'HAS " + x + "'", "")
                    : sql(database, "COPY x y", "unless: 'SAME x y'", "");
          };
        });
  }

  /** Statements that set values in rows, and keys that tell of each row. */
  private List<String> pools(Where where) {
    String at = races && choices.oneIn(3) ? "on: " + choices.among(nodes) : "";
    List<String> lines = new ArrayList<>();
    for (int changes = choices.below(3); changes > 0; changes--) {
      lines.addAll(
          switch (choices.below(4)) {
            case 0 -> pools(where, at, "PAUSE", "touches: {sets: {pools: {paused: 1}}}");
            case 1 -> pools(where, at, "RESUME", "touches: {sets: {pools: {paused: 0}}}");
            case 2 ->
                pools(
                    where,
                    at,
                    "PAUSE 1",
                    "touches: {sets: {pools: {paused: 'row.name == 1 ? 1 : row.paused'}}}");
            default -> pools(where, at, "TURN", touching("pools"));
          });
    }
    String result = "r" + (steps + 1);
    lines.addAll(
        step(
            at,
            "touches: pools",
            "lookup: {database: postgres, sql: POOLS}",
            "register: " + result));
    lines.addAll(
        step(
            "for_each: " + result + ".rows",
            "consul_kv: {key: \"o{{ item.name }}-{{ node.name }}\", value: \"{{ item.paused }}\"}"));
    return lines;
  }

  private List<String> pools(Where where, String at, String sql, String touches) {
    return done(
        where, at, touches, "sql_exec: {database: postgres, sql: %s, always: true}".formatted(sql));
  }

  private static List<String> sql(String database, String sql, String when, String touching) {
    return List.of(
        touching, "sql_exec: {database: %s, sql: '%s', %s}".formatted(database, sql, when));
  }

  private List<String> service(Where where) {
    String name = choices.among(SERVICES);
    String id = choices.oneIn(2) ? "id: i, " : "";
    String args = choices.among(List.of("port: 1", "port: 2", "absent: true"));
    String step = "consul_service: {%sname: %s, %s}".formatted(id, name, args);
    return races && choices.oneIn(4)
        ? done(where, "on: " + choices.among(nodes), step)
        : done(where, step);
  }

  private List<String> lookup(Where where) {
    String database = database();
    return switch (choices.below(races ? 6 : 5)) {
      case 0 ->
          task(where, List.of("found", "value"), "lookup: {key: %s}".formatted(key(where, "1")));
      case 1 -> task(where, List.of("found"), "lookup: {file: %s}".formatted(localPath()));
      case 2 -> {
        String x = choices.among(RandomTarget.THINGS);
        yield task(
            where,
            List.of("found"),
            touching("database " + database + "/thing " + x),
            "lookup: {database: %s, sql: HAS %s}".formatted(database, x));
      }
      case 3 ->
          task(
              where,
              List.of("found", "rows"),
              "lookup: {database: %s, sql: LIST}".formatted(database));
      case 4 -> task(where, List.of("found"), "lookup: {database: postgres, sql: IS d}");
      default ->
          task(where, List.of("found"), "lookup: {service: %s}".formatted(choices.among(SERVICES)));
    };
  }

  private List<String> waiting(Where where) {
    String other = choices.among(nodes);
    String database = database();
    String local = choices.among(RandomTarget.THINGS);
    String what =
        switch (choices.below(8)) {
          case 0, 1, 2 -> {
            String key =
                choices.among(List.of("k1", "k2", "l1", "l2", "o1-" + other, "o2-" + other));
            String value = choices.among(List.of("", ", value: a", ", value: b"));
            yield "key: " + key + value;
          }
          case 3 -> "service: " + choices.among(SERVICES) + ", count: " + (1 + choices.below(3));
          case 4 -> "database: %s, sql: HAS %s".formatted(database, local);
          case 5 -> "database: %s, sql: HAS r%s".formatted(database, other);
          case 6 -> "file: " + localPath();
          default -> "file: /r-" + other;
        };
    return task(where, List.of(), "wait_for: {%s, timeout: 1m, every: 1ms}".formatted(what));
  }

  private List<String> command(Where where) {
    if (choices.oneIn(3)) {
      return directory(where);
    }
    int kind = choices.below(6);
    return placed(
        where,
        (_, remote) -> {
          String path = path(remote);
          String args =
              switch (kind) {
                case 0, 1, 2 -> "run: [make, %s], unless: [is, %s]";
                case 3, 4 -> "run: [remove, %s], unless: [isnt, %s]";
                default -> "run: [make, %s], always: true";
              };
          String touching = kind < 3 ? touching(path) : "";
          return List.of(touching, "command: {" + args.replace("%s", path) + "}");
        });
  }

  private List<String> directory(Where where) {
    String directory = RandomTarget.NEW_DIRECTORY;
    String touches = "touches: " + directory;
    String makes = "touches: {makes: " + directory + "}";
    return switch (choices.below(6)) {
      case 0, 1, 2 ->
          done(
              where,
              choices.among(List.of("", touches, touches + "/any", makes)),
              "command: {run: [make, %1$s], unless: [is, %1$s]}".formatted(directory));
      case 3 ->
          done(
              where,
              choices.among(List.of("", touches)),
              "command: {run: [remove, %1$s], unless: [isnt, %1$s]}".formatted(directory));
      case 4 -> task(where, List.of("found"), "lookup: {file: " + RandomTarget.NEW_FILE + "}");
      default ->
          done(where, "wait_for: {file: " + RandomTarget.NEW_FILE + ", timeout: 1m, every: 1ms}");
    };
  }

  private List<String> reload(Where where) {
    String files = choices.among(List.of("/f1", "/f1, /f2"));
    return task(
        where,
        List.of(),
        "reload_service: {service: s, config: [%s], %s%s}"
            .formatted(files, reloading, reloading.startsWith("sql") ? "" : stamp));
  }

  private List<String> watch(Where where) {
    String key = choices.among(List.of("k1", "k2"));
    return task(
        where,
        List.of(),
        "register_watch: {name: w, type: key, key: %s, handler: [/h], config_dir: %s}"
            .formatted(key, watches));
  }

  private List<String> check(Where where) {
    String that = condition(where);
    return task(where, List.of(), "assert: {that: \"%s\", message: no}".formatted(that));
  }

  // --- steps that hold others ---

  private List<String> block(Where where) {
    if (choices.oneIn(3)) {
      String only = races ? choices.among(nodes) : owner;
      return holding("when: node.name == '" + only + "'", where.of(only));
    }
    if (choices.oneIn(6)) {
      return holding("for_each: [1, 2]", where.deeper());
    }
    if (races && isNewDatabaseEverywhere && choices.oneIn(4)) {
      return holding("on: " + choices.among(nodes), where.deeper());
    }
    return holding("when: \"" + condition(where) + "\"", where.deeper());
  }

  private List<String> holding(String head, Where inside) {
    List<String> lines = step(head, "steps:");
    lines.addAll(indented(some(inside, 4), 4));
    return lines;
  }

  private List<String> lock(Where where) {
    boolean guarding = choices.below(4) < 3;
    List<String> lines = step("consul_lock:");
    lines.add("      key: " + (guarding ? "lock" : "other"));
    lines.add("      steps:");
    lines.addAll(indented(some(guarding ? where.underLock() : where.deeper(), 5), 8));
    return lines;
  }

  private List<String> loop(Where where) {
    List<Known> lists =
        where.known().stream().filter(known -> known.fields().contains("rows")).toList();
    if (!lists.isEmpty() && choices.oneIn(2)) {
      return step(
          "for_each: " + choices.among(lists).name() + ".rows",
          "consul_kv: {key: \"o1-{{ node.name }}\", value: \"{{ item.name }}\"}");
    }
    return switch (choices.below(4)) {
      case 0 ->
          step(
              "for_each: [1, 2]",
              "consul_kv: {key: %s, value: %s}".formatted(key(where, "{{ item }}"), value(where)));
      case 1 ->
          step(
              "for_each: [x, y]",
              touching("database postgres/thing {{ item }}"),
              "sql_exec: {database: postgres, sql: \"MAKE {{ item }}\", unless: \"HAS {{ item }}\"}");
      case 2 ->
          step(
              "for_each: [%s]".formatted(String.join(", ", nodes)),
              "on: \"{{ item }}\"",
              touching("database postgres/thing r{{ node.name }}"),
              "sql_exec: {database: postgres, sql: \"MAKE r{{ node.name }}\", unless: \"HAS r{{"
                  + " node.name }}\"}");
      default ->
          step("for_each: [f1, f2]", "render_template: {template: t1, dest: \"/{{ item }}\"}");
    };
  }

  // --- parts ---

  private String key(Where where, String number) {
    List<String> keys = new ArrayList<>();
    keys.add("\"o" + number + "-{{ node.name }}\"");
    if (where.locked() || races) {
      keys.add("\"l" + number + "\"");
    }
    if (owner.equals(where.owner()) || races) {
      keys.add("\"k" + number + "\"");
    }
    return keys.get(keys.size() - 1 - choices.below(keys.size()));
  }

  private String value(Where where) {
    List<String> values = new ArrayList<>(VALUES);
    values.add("\"{{ node.name }}\"");
    where.known().stream()
        .filter(known -> known.fields().contains("value"))
        .map(known -> "\"of {{ " + known.name() + ".value }}\"")
        .forEach(values::add);
    where.known().stream()
        .filter(known -> known.fields().contains("found"))
        .map(known -> "\"{{ " + known.name() + ".found }}\"")
        .forEach(values::add);
    return choices.among(values);
  }

  private String condition(Where where) {
    List<String> conditions = new ArrayList<>(List.of("true", "false"));
    nodes.forEach(node -> conditions.add("node.name != '" + node + "'"));
    for (Known known : where.known()) {
      for (String field : known.fields()) {
        switch (field) {
          case "changed", "found" -> {
            conditions.add(known.name() + "." + field);
            conditions.add("not " + known.name() + "." + field);
          }
          case "value" -> {
            conditions.add(known.name() + ".value == 'a'");
            conditions.add(known.name() + ".value == node.name");
          }
          default -> {}
        }
      }
    }
    return conditions.get(conditions.size() - 1 - choices.below(conditions.size()));
  }

  private String database() {
    return choices.oneIn(3) ? RandomTarget.NEW_DATABASE : "postgres";
  }

  private String localPath() {
    return choices.among(RandomTarget.FILES);
  }

  private String path(boolean remote) {
    return remote ? "\"/r-{{ node.name }}\"" : localPath();
  }

  private String thing(boolean remote) {
    return remote ? "r{{ node.name }}" : choices.among(RandomTarget.THINGS);
  }

  private String touching(String... names) {
    return choices.oneIn(2)
        ? "touches: ["
            + Stream.of(names)
                .map(name -> name.startsWith("\"") ? name : "\"" + name + "\"")
                .collect(Collectors.joining(", "))
            + "]"
        : "";
  }

  /** What is done to a thing of some node. */
  private interface Act {
    /**
     * @param elsewhere whether it is another node's
     * @param remote whether it is one that only this walk has to do with, wherever it is
     */
    List<String> on(boolean elsewhere, boolean remote);
  }

  /** Done at the walk's own node, or at another one. */
  private List<String> placed(Where where, Act act) {
    if (choices.below(4) < 3) {
      return task(where, List.of(), act.on(false, false).toArray(String[]::new));
    }
    List<String> lines = new ArrayList<>(List.of("on: " + choices.among(nodes)));
    lines.addAll(act.on(true, !races || choices.oneIn(2)));
    return task(where, List.of(), lines.toArray(String[]::new));
  }

  /** One whose result has no fields of its own. */
  private List<String> done(Where where, String... lines) {
    return task(where, List.of(), lines);
  }

  private List<String> task(Where where, List<String> fields, String... lines) {
    List<String> all = new ArrayList<>();
    boolean perhaps = choices.oneIn(6);
    if (perhaps) {
      all.add("when: \"" + condition(where) + "\"");
    }
    all.addAll(List.of(lines));
    boolean registers = !lines[lines.length - 1].startsWith("assert") && choices.oneIn(2);
    if (registers) {
      String name = "r" + (steps + 1);
      all.add("register: " + name);
      List<String> known = new ArrayList<>(perhaps ? List.of() : fields);
      known.add("changed");
      where.known().add(new Known(name, known));
    }
    return step(all.toArray(String[]::new));
  }

  private List<String> step(String... lines) {
    List<String> all = new ArrayList<>();
    all.add("  - name: s" + ++steps);
    Stream.of(lines).filter(line -> !line.isEmpty()).forEach(line -> all.add("    " + line));
    return all;
  }

  private static List<String> indented(List<String> lines, int by) {
    return lines.stream().map(line -> " ".repeat(by) + line).toList();
  }
}
