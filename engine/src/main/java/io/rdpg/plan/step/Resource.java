package io.rdpg.plan.step;

/**
 * What a read sees and an effect touches, on one node or in the cluster's Consul. An empty name
 * means all of the kind, one that ends with {@code /} all that begins with it.
 */
public sealed interface Resource {

  /** A file or directory of the node. */
  record File(String path) implements Resource {}

  /**
   * Something in the node's PostgreSQL server, under whichever name the plan's author gives it: a
   * database, a role, a table's rows. After a {@code /} comes what is inside of it.
   */
  record InPostgres(String name) implements Resource {
    public static final InPostgres ANYTHING = new InPostgres("");

    public static InPostgres database(String name) {
      return new InPostgres("database " + name);
    }
  }

  /** A key in Consul, the same seen from every node. */
  record Key(String key) implements Resource {}

  /** A Consul service by its name, with all its instances, the same seen from every node. */
  record Service(String name) implements Resource {}

  /** One of Consul's own nodes with all that it has registered, the same seen from every node. */
  record Member(String name) implements Resource {}

  /** What the node's Consul agent has registered under an id, whichever service it is. */
  record RegisteredAs(String id) implements Resource {}

  /** What a running service has loaded. */
  record Running(String service) implements Resource {}

  /** What the node's PostgreSQL server takes from its files when it is told to, by SQL. */
  record Settings() implements Resource {}

  /** Anything at all: what a command may see or touch. */
  record Anything() implements Resource {}

  /** Whether every node sees the same one. */
  default boolean shared() {
    return this instanceof Key || this instanceof Service || this instanceof Member;
  }

  /** Whether this is something inside of another: of a directory, or of a place in PostgreSQL. */
  default boolean inside(Resource place) {
    return switch (this) {
      case File(String path) ->
          place instanceof File(String directory)
              && path.startsWith(directory.endsWith("/") ? directory : directory + "/");
      case InPostgres(String name) ->
          place instanceof InPostgres(String around) && name.startsWith(around + "/");
      case Key _, Service _, Member _, RegisteredAs _, Running _, Settings _, Anything _ -> false;
    };
  }

  /** Whether it is known which one it is. */
  default boolean named() {
    return switch (this) {
      case File(String path) -> !path.isEmpty();
      case InPostgres(String name) -> !name.isEmpty();
      case Key(String key) -> !key.isEmpty();
      case Service(String name) -> !name.isEmpty();
      case Member(String name) -> !name.isEmpty();
      case RegisteredAs(String id) -> !id.isEmpty();
      case Running(String service) -> !service.isEmpty();
      case Settings _ -> true;
      case Anything _ -> false;
    };
  }

  /** Whether a change of one may be a change of the other. */
  default boolean concerns(Resource other) {
    if (this instanceof Anything || other instanceof Anything) {
      return true;
    }
    return switch (this) {
      case File(String path) -> other instanceof File(String its) && meet(path, its);
      case Key(String key) -> other instanceof Key(String its) && meet(key, its);
      case Service(String name) -> other instanceof Service(String its) && meet(name, its);
      case Member(String name) -> other instanceof Member(String its) && meet(name, its);
      case RegisteredAs(String id) -> other instanceof RegisteredAs(String its) && meet(id, its);
      case Running(String name) -> other instanceof Running(String its) && meet(name, its);
      case Settings _ -> other instanceof Settings;
      case InPostgres mine ->
          other instanceof InPostgres its
              && (meet(mine.name(), its.name()) || mine.inside(its) || its.inside(mine));
      case Anything _ -> true;
    };
  }

  private static boolean meet(String one, String other) {
    return one.equals(other) || covers(one, other) || covers(other, one);
  }

  private static boolean covers(String whole, String part) {
    return whole.isEmpty() || (whole.endsWith("/") && part.startsWith(whole));
  }
}
