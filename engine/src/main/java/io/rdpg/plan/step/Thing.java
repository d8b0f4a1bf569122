package io.rdpg.plan.step;

/** What a look sees and an effect touches, on one node or in the cluster's Consul. */
public sealed interface Thing {

  /** A file or folder of the node. */
  record File(String path) implements Thing {}

  /** All that is in one database of the node's server. */
  record Database(String name) implements Thing {}

  /** A key in Consul, the same seen from every node. */
  record Key(String key) implements Thing {}

  /** A Consul service by its name, with all its instances, the same seen from every node. */
  record Service(String name) implements Thing {}

  /** What a running service has loaded. */
  record Running(String service) implements Thing {}

  /** Anything on the node: what a command may see or touch. */
  record Anything() implements Thing {}

  /** Whether touching {@code other} may change what was seen of this. */
  default boolean mayChangeWith(Thing other) {
    return other instanceof Anything || this instanceof Anything || equals(other);
  }
}
