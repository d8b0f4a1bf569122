package io.rdpg.plan.proof;

import io.rdpg.plan.run.Way;
import io.rdpg.plan.step.Thing;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Which ways can have to do with each other: by a lock, a node where both do something, a key or a
 * service. What is proved of waiting is proved of those that can, so that many clusters cost no
 * more than each of them.
 */
final class WayGroups {
  private static final String EVERYWHERE = "";

  private WayGroups() {}

  /** The ways, those that can't meet apart. */
  static List<List<Way>> apart(List<Way> ways) {
    List<List<Way>> groups = new ArrayList<>();
    List<Set<String>> places = new ArrayList<>();
    for (Way way : ways) {
      List<Way> group = new ArrayList<>();
      Set<String> here = new HashSet<>();
      here.add(node(way.node().name()));
      collect(way.acts(), here);
      for (int i = groups.size() - 1; i >= 0; i--) {
        if (meet(here, places.get(i))) {
          group.addAll(0, groups.remove(i));
          here.addAll(places.remove(i));
        }
      }
      group.add(way);
      groups.add(group);
      places.add(here);
    }
    return groups;
  }

  private static boolean meet(Set<String> some, Set<String> others) {
    return some.contains(EVERYWHERE)
        || others.contains(EVERYWHERE)
        || some.stream().anyMatch(others::contains);
  }

  private static void collect(List<Way.Act> acts, Set<String> places) {
    for (Way.Act act : acts) {
      switch (act) {
        case Way.Does does -> {
          places.add(does.at().isEmpty() ? EVERYWHERE : node(does.at()));
          Stream.concat(
                  does.brings().stream(),
                  does.awaits() == null ? Stream.of() : does.awaits().things().stream())
              .filter(Thing::shared)
              .forEach(thing -> places.add(shared(thing)));
        }
        case Way.Under under -> {
          places.add("lock " + under.key());
          collect(under.acts(), places);
        }
        case Way.Maybe maybe -> collect(maybe.acts(), places);
        case Way.LetsGo _ -> {}
      }
    }
  }

  private static String node(String name) {
    return "node " + name;
  }

  /** A name that stands for others too may be met anywhere. */
  private static String shared(Thing thing) {
    String name =
        switch (thing) {
          case Thing.Key(String key) -> key;
          case Thing.Service(String service) -> service;
          case Thing.File _,
              Thing.InPostgres _,
              Thing.RegisteredAs _,
              Thing.Running _,
              Thing.Anything _ ->
              "";
        };
    return name.isEmpty() || name.endsWith("/") ? EVERYWHERE : thing.toString();
  }
}
