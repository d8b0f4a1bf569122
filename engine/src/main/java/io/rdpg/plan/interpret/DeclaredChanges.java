package io.rdpg.plan.interpret;

import io.rdpg.plan.language.model.Text;
import io.rdpg.plan.language.model.Value;
import io.rdpg.plan.language.template.Templates;
import io.rdpg.plan.language.template.UnknownValue;
import io.rdpg.plan.step.Resource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a step's author declares that its SQL or command reads and changes ({@code touches}). It is
 * a promise too: the step's {@code unless} holds only where these resources exist.
 *
 * @param things all of them; empty when nothing was declared
 * @param makes those that are absent before, and empty afterwards
 * @param removes those that are absent afterwards; its own {@code unless} holds then
 * @param replicates those whose changes come to other nodes, DDL too
 * @param sets those of which it changes nothing but values in the rows that they show
 */
public record DeclaredChanges(
    Set<Resource> things,
    Set<Resource> makes,
    Set<Resource> removes,
    Set<Resource> replicates,
    Map<Resource, RowChange> sets) {
  public static final DeclaredChanges UNSAID =
      new DeclaredChanges(Set.of(), Set.of(), Set.of(), Set.of(), Map.of());

  public DeclaredChanges {
    things = Set.copyOf(things);
    makes = Set.copyOf(makes);
    removes = Set.copyOf(removes);
    replicates = Set.copyOf(replicates);
    sets = Map.copyOf(sets);
  }

  /** Reads a step's {@code touches}: names, or a map of them. */
  public static DeclaredChanges of(List<Value> written, Templates templates, Variables vars) {
    Set<Resource> things = new HashSet<>();
    Set<Resource> makes = new HashSet<>();
    Set<Resource> removes = new HashSet<>();
    Set<Resource> replicates = new HashSet<>();
    Map<Resource, RowChange> sets = new HashMap<>();
    for (Value value : written) {
      if (value instanceof Value.Mapping map) {
        names(map.get("replicates"), templates, vars).forEach(name -> replicates.add(named(name)));
        names(map.get("removes"), templates, vars).forEach(name -> removes.add(named(name)));
        names(map.get("changes"), templates, vars).forEach(name -> things.add(named(name)));
        for (String name : names(map.get("makes"), templates, vars)) {
          Resource made = place(named(name));
          things.add(made);
          makes.add(made);
        }
        if (map.get("sets") instanceof Value.Mapping set) {
          set.entries()
              .forEach((name, row) ->
                  sets.put(
                      named(templates.render(name, vars, row.keyAt()).reveal()),
                      RowChange.of(row.value(), templates)));
        }
      } else {
        names(value, templates, vars).forEach(name -> things.add(named(name)));
      }
    }
    things.addAll(removes);
    things.addAll(replicates);
    things.addAll(sets.keySet());
    return new DeclaredChanges(things, makes, removes, replicates, sets);
  }

  /** The same, of which a name that isn't known yet narrows nothing. */
  public static DeclaredChanges asFarAsKnown(
      List<Value> written, Templates templates, Variables vars) {
    try {
      return of(written, templates, vars);
    } catch (UnknownValue notYet) {
      return UNSAID;
    }
  }

  private static List<String> names(@Nullable Value value, Templates templates, Variables vars) {
    Object rendered = value == null ? null : ValueConversion.toObject(value, templates, vars);
    return switch (rendered) {
      case List<?> list -> list.stream().map(DeclaredChanges::name).toList();
      case Map<?, ?> _ -> List.of();
      case null -> List.of();
      case Object one -> List.of(name(one));
    };
  }

  private static String name(Object rendered) {
    return rendered instanceof Text text ? text.reveal() : Objects.toString(rendered);
  }

  private static Resource named(String name) {
    if (name.startsWith("/")) {
      return new Resource.File(name);
    }
    if (name.startsWith("key ")) {
      return new Resource.Key(name.substring("key ".length()).strip());
    }
    if (name.startsWith("service ")) {
      return new Resource.Service(name.substring("service ".length()).strip());
    }
    if (name.startsWith("running ")) {
      return new Resource.Running(name.substring("running ".length()).strip());
    }
    return new Resource.InPostgres(name);
  }

  /** A directory is the same with a slash at its end. */
  private static Resource place(Resource made) {
    return made instanceof Resource.File(String path) && path.length() > 1 && path.endsWith("/")
        ? new Resource.File(path.substring(0, path.length() - 1))
        : made;
  }

  /** Whether anything is declared. */
  public boolean said() {
    return !things.isEmpty();
  }

  /**
   * Whether a change may affect what a read of this step sees of a resource. Of a resource in
   * PostgreSQL that the step makes it reads only whether it exists, which nothing inside of it
   * affects; a directory, though, is often created together with its content.
   *
   * @param seen one of the resources that the read sees
   */
  public boolean asksAfter(Resource seen, Resource change) {
    if (change instanceof Resource.InPostgres && change.inside(seen) && makes.contains(seen)) {
      return false;
    }
    return change.concerns(seen)
        || seen.inside(change)
        || (change.inside(seen) && things.contains(seen));
  }

  /** What is read or changed: as the engine knows, and where it doesn't, as the author declares. */
  public Set<Resource> narrow(Set<Resource> resources) {
    return said() && !resources.stream().allMatch(Resource::named) ? things : resources;
  }
}
