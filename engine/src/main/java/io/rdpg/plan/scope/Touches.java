package io.rdpg.plan.scope;

import io.rdpg.plan.model.Text;
import io.rdpg.plan.model.Value;
import io.rdpg.plan.step.Thing;
import io.rdpg.plan.template.Templates;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a step's author says that its SQL or command reads and changes. It is a promise too: the
 * step's {@code unless} holds only where these things are there.
 *
 * @param things all of them; empty when nothing was said
 * @param makes those that are not there before, and there with nothing in them afterwards
 */
public record Touches(Set<Thing> things, Set<Thing> makes) {
  public static final Touches UNSAID = new Touches(Set.of(), Set.of());

  public Touches {
    things = Set.copyOf(things);
    makes = Set.copyOf(makes);
  }

  /** Reads a step's {@code touches}: names, or a map of {@code makes} and {@code changes}. */
  public static Touches of(List<Value> written, Templates templates, Vars vars) {
    Set<Thing> things = new HashSet<>();
    Set<Thing> makes = new HashSet<>();
    for (Value value : written) {
      if (value instanceof Value.Mapping map) {
        names(map.get("changes"), templates, vars).forEach(name -> things.add(named(name)));
        for (String name : names(map.get("makes"), templates, vars)) {
          Thing made = place(named(name));
          things.add(made);
          makes.add(made);
        }
      } else {
        names(value, templates, vars).forEach(name -> things.add(named(name)));
      }
    }
    return new Touches(things, makes);
  }

  /** The same, of which a name that isn't known yet narrows nothing. */
  public static Touches asFarAsKnown(List<Value> written, Templates templates, Vars vars) {
    try {
      return of(written, templates, vars);
    } catch (UnknownValue notYet) {
      return UNSAID;
    }
  }

  private static List<String> names(@Nullable Value value, Templates templates, Vars vars) {
    Object rendered = value == null ? null : Values.toObject(value, templates, vars);
    return switch (rendered) {
      case List<?> list -> list.stream().map(Touches::name).toList();
      case Map<?, ?> _ -> List.of();
      case null -> List.of();
      case Object one -> List.of(name(one));
    };
  }

  private static String name(Object rendered) {
    return rendered instanceof Text text ? text.reveal() : Objects.toString(rendered);
  }

  private static Thing named(String name) {
    if (name.startsWith("/")) {
      return new Thing.File(name);
    }
    if (name.startsWith("key ")) {
      return new Thing.Key(name.substring("key ".length()).strip());
    }
    if (name.startsWith("service ")) {
      return new Thing.Service(name.substring("service ".length()).strip());
    }
    return new Thing.InPostgres(name);
  }

  /** A folder is the same with a slash at its end. */
  private static Thing place(Thing made) {
    return made instanceof Thing.File(String path) && path.length() > 1 && path.endsWith("/")
        ? new Thing.File(path.substring(0, path.length() - 1))
        : made;
  }

  boolean said() {
    return !things.isEmpty();
  }

  /**
   * Whether a change may be one of what a look of this step sees of a thing. Of a place in
   * PostgreSQL that the step makes it asks only whether it is there, which nothing inside of it
   * decides; a folder, though, is often made on the way to what is in it.
   *
   * @param seen one of the things that the look sees
   */
  public boolean asksAfter(Thing seen, Thing change) {
    if (change instanceof Thing.InPostgres && change.inside(seen) && makes.contains(seen)) {
      return false;
    }
    return change.concerns(seen)
        || seen.inside(change)
        || (change.inside(seen) && things.contains(seen));
  }

  /** What is seen or changed: as the engine can tell, and where it can't, as the author says. */
  public Set<Thing> narrow(Set<Thing> told) {
    boolean anything =
        told.contains(Thing.InPostgres.ANYTHING) || told.contains(new Thing.Anything());
    return anything && said() ? things : told;
  }
}
