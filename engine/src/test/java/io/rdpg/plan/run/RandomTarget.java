package io.rdpg.plan.run;

import io.rdpg.plan.step.Observation;
import io.rdpg.plan.testing.Choices;
import io.rdpg.plan.testing.MemoryNode;
import io.rdpg.plan.testing.MemorySql;
import io.rdpg.plan.testing.MemoryTarget;
import io.rdpg.plan.testing.NamedResources;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/** Some of the things that {@link RandomPlan}s speak of, there already. */
final class RandomTarget {
  static final List<String> FILES = List.of("/f1", "/f2");
  static final List<String> REMOTE_FILES = List.of("/r-n1", "/r-n2", "/r-n3");
  static final List<String> THINGS = List.of("x", "y");
  static final List<String> REMOTE_THINGS = List.of("rn1", "rn2", "rn3");
  static final String NEW_DATABASE = "d";

  /** There only where somebody makes it. */
  static final String NEW_DIRECTORY = "/new";

  static final String NEW_FILE = NEW_DIRECTORY + "/f";

  private final MemoryTarget target;
  private final Choices choices;
  private final Map<String, NamedResources> things = new HashMap<>();
  private final List<String> told = new ArrayList<>();

  private RandomTarget(MemoryTarget target, Choices choices) {
    this.target = target;
    this.choices = choices;
  }

  /**
   * Makes it; what was made, in words.
   *
   * @param bare whether {@link #NEW_DATABASE} may not be there yet
   * @param replicating whether some nodes may subscribe to the others
   */
  static List<String> fill(
      MemoryTarget target, List<String> nodes, boolean bare, boolean replicating, Choices choices) {
    RandomTarget made = new RandomTarget(target, choices);
    nodes.forEach(made::teach);
    if (!bare) {
      nodes.forEach(made::open);
    }
    int many = choices.below(8);
    for (int i = 0; i < many; i++) {
      made.add(choices.among(nodes), replicating);
    }
    return made.told;
  }

  private void teach(String name) {
    MemoryNode node = target.node(name);
    List<String> all = new ArrayList<>(THINGS);
    all.addAll(REMOTE_THINGS);
    NamedResources here = new NamedResources(node, all, THINGS, List.of(NEW_DATABASE));
    things.values().forEach(here::meet);
    things.put(name, here);
    node.database("postgres").on("RELOAD", () -> {});
    teachPools(node.database("postgres"));
    node.on("reload", () -> {});
    List<String> paths = new ArrayList<>(FILES);
    paths.addAll(REMOTE_FILES);
    for (String path : paths) {
      node.on("make " + path, () -> node.put(path, "made\n"));
      node.on("remove " + path, () -> node.remove(path));
      node.tells("is " + path, () -> node.content(path).isPresent());
      node.tells("isnt " + path, () -> node.content(path).isEmpty());
    }
    node.lacks(NEW_DIRECTORY);
    node.on("make " + NEW_DIRECTORY, () -> node.directory(NEW_DIRECTORY));
    node.on("remove " + NEW_DIRECTORY, () -> node.lacks(NEW_DIRECTORY));
    node.tells("is " + NEW_DIRECTORY, () -> node.hasDirectory(NEW_DIRECTORY));
    node.tells("isnt " + NEW_DIRECTORY, () -> !node.hasDirectory(NEW_DIRECTORY));
  }

  private static void teachPools(MemorySql sql) {
    List<Map<String, Object>> pools = new ArrayList<>();
    IntStream.of(1, 2).forEach(name -> pools.add(new HashMap<>(Map.of("name", name, "paused", 0))));
    sql.tells("POOLS", () -> new Observation.Table(List.of("name", "paused"), copies(pools)))
        .on("PAUSE", () -> pools.forEach(pool -> pool.put("paused", 1)))
        .on("RESUME", () -> pools.forEach(pool -> pool.put("paused", 0)))
        .on("PAUSE 1", () -> pools.getFirst().put("paused", 1))
        .on(
            "TURN",
            () -> pools.forEach(pool -> pool.merge("paused", 1, (now, _) -> 1 - (int) now)));
  }

  private static List<Map<String, Object>> copies(List<Map<String, Object>> rows) {
    return rows.stream().<Map<String, Object>>map(HashMap::new).toList();
  }

  private void add(String node, boolean replicating) {
    switch (choices.below(replicating ? 8 : 7)) {
      case 0 -> {
        String key = choices.among(List.of("k1", "k2", "l1", "l2", "o1-" + node, "o2-" + node));
        String value = choices.among(RandomPlan.VALUES);
        target.consul().set(key, value);
        told.add("key " + key + " = " + value);
      }
      case 1 -> {
        String path = choices.among(FILES);
        String content = choices.among(RandomPlan.TEMPLATES).content();
        target.node(node).put(path, content);
        told.add(node + " has file " + path + " = " + content.strip());
      }
      case 2 -> {
        String thing = choices.among(THINGS);
        String database = choices.among(List.of("postgres", NEW_DATABASE));
        of(node).make(database, thing);
        told.add(node + " has " + thing + " in database " + database);
      }
      case 3 -> {
        String name = choices.among(RandomPlan.SERVICES);
        String id = choices.oneIn(2) ? "i" : name;
        target
            .consul()
            .register(node, new Observation.Registration(id, name, null, 1, List.of(), null));
        told.add(node + " has service " + name + " as " + id);
      }
      case 4 -> {
        target.node(node).start("/run/s.pid");
        told.add(node + " runs s");
      }
      case 5 -> open(node);
      case 6 -> {
        target.node(node).directory(NEW_DIRECTORY);
        told.add(node + " has directory " + NEW_DIRECTORY);
      }
      default -> {
        of(node).subscribe(NEW_DATABASE);
        told.add(node + " has a subscription in database " + NEW_DATABASE);
      }
    }
  }

  private void open(String node) {
    of(node).open(NEW_DATABASE);
    told.add(node + " has database " + NEW_DATABASE);
  }

  private NamedResources of(String node) {
    NamedResources there = things.get(node);
    if (there == null) {
      throw new AssertionError(node + " of " + Set.copyOf(things.keySet()));
    }
    return there;
  }
}
