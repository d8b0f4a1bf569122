package io.rdpg.plan.target;

import org.jspecify.annotations.Nullable;

/**
 * A node and one of its users: where, and as whom, a step reads files, runs commands and writes. It
 * means nothing to servers, which are reached by the inventory's users.
 *
 * @param node the node's inventory name
 * @param user the user that is become; null for the one who logs in
 */
public record Account(String node, @Nullable String user) {
  /** The user who logs in to a node. */
  public static Account ofLogin(String node) {
    return new Account(node, null);
  }
}
