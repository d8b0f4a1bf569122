package io.rdpg.plan.step;

import java.util.HashSet;
import java.util.Set;

/** Something that Consul's ACLs must let a step do (Consul's manual, "ACL Rules"). */
public sealed interface ConsulRight {
  /**
   * A key.
   *
   * @param write also to change it
   */
  record Key(String key, boolean write) implements ConsulRight {}

  /**
   * A service by its name.
   *
   * @param write to register it with an agent, not only to see its instances
   */
  record Service(String name, boolean write) implements ConsulRight {}

  /**
   * A node by its name in Consul.
   *
   * @param name empty for any
   * @param write to take it out of the catalog, not only to see it
   */
  record Node(String name, boolean write) implements ConsulRight {}

  /** To take a failed node out of Consul's gossip. */
  record Operator() implements ConsulRight {}

  /** To make sessions with the node's agent, which locks need. */
  record Session() implements ConsulRight {}

  /** To make the node's agent read its configuration again. */
  record Reload() implements ConsulRight {}

  /**
   * What the agent's own token must allow, by which its watches look.
   *
   * @param right to read
   */
  record Watch(ConsulRight right) implements ConsulRight {}

  /**
   * To see the arguments {@code key}, {@code service}, {@code locks} and {@code member}, where they
   * are given.
   */
  static Set<ConsulRight> toRead(Args known) {
    Set<ConsulRight> rights = new HashSet<>();
    known.name("key").ifPresent(key -> rights.add(new Key(key, false)));
    known.name("service").ifPresent(name -> rights.add(new Service(name, false)));
    known.name("locks").ifPresent(prefix -> rights.add(new Key(prefix, false)));
    known.name("member").ifPresent(name -> rights.add(new Node(name, false)));
    return rights;
  }
}
