package io.rdpg.plan.analysis.proof;

import io.rdpg.plan.testing.Choices;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** A plan of locks, keys and waits, and what three nodes do in it. */
final class RandomLocks {
  private static final int NODES = 3;
  private static final List<String> NAMES = List.of("n1", "n2", "n3");

  private final Choices choices;
  private final StringBuilder yaml = new StringBuilder();
  private final List<List<LockModel.Op>> programs = new ArrayList<>();
  private int steps;

  private RandomLocks(Choices choices) {
    this.choices = choices;
    NAMES.forEach(_ -> programs.add(new ArrayList<>()));
  }

  static RandomLocks make(Choices choices) {
    RandomLocks made = new RandomLocks(choices);
    made.steps("  ", 0, new boolean[NODES], false, false);
    return made;
  }

  String yaml() {
    return yaml.toString();
  }

  /** What each node does; nobody waits for what nobody does. */
  List<List<LockModel.Op>> programs() {
    Set<String> put = new HashSet<>();
    programs.forEach(program ->
        program.forEach(op -> {
          if (op instanceof LockModel.Put(String key)) {
            put.add(key);
          }
        }));
    return programs.stream()
        .map(program -> program.stream().map(op -> fromOutside(op, put)).toList())
        .toList();
  }

  private static LockModel.Op fromOutside(LockModel.Op op, Set<String> put) {
    return op instanceof LockModel.Await(String key) && !put.contains(key)
        ? new LockModel.Put("outside")
        : op;
  }

  /**
   * Some steps.
   *
   * @param out which nodes don't come here
   * @param claimed whether it is known who leads
   * @param locked whether it is in a lock's scope
   */
  private void steps(String indent, int depth, boolean[] out, boolean claimed, boolean locked) {
    int count = 1 + choices.below(depth == 0 ? 4 : 3);
    boolean known = claimed;
    for (int i = 0; i < count; i++) {
      known |= step(indent, depth, out, known, locked);
    }
  }

  /** One step; true when it is a claim. */
  private boolean step(
      String indent, int depth, boolean[] outside, boolean claimed, boolean locked) {
    int kind = choices.below(depth > 3 ? 3 : 7);
    boolean[] out = outside.clone();
    String when = "";
    if (kind != 6 && choices.oneIn(4)) {
      int only = choices.below(NODES);
      for (int node = 0; node < NODES; node++) {
        out[node] |= node != only;
      }
      when = indent + "  when: node.name == '" + NAMES.get(only) + "'\n";
    }
    yaml.append(indent).append("- name: s").append(steps++).append('\n').append(when);
    String inner = indent + "  ";
    switch (kind) {
      case 0 -> put(inner, out);
      case 1 -> await(inner, out);
      case 2 -> {
        yaml.append(inner).append("assert: {that: true, message: m}\n");
      }
      case 3 -> lock(inner, depth, out, claimed);
      case 4 -> {
        if (locked) {
          yaml.append(inner).append("consul_lock: {release: true}\n");
          each(out, _ -> new LockModel.Release());
        } else {
          put(inner, out);
        }
      }
      case 5 -> {
        yaml.append(inner).append("steps:\n");
        steps(inner + "  ", depth + 1, out, claimed, locked);
      }
      default -> {
        return claim(inner, depth, out, claimed, locked);
      }
    }
    return false;
  }

  private void put(String indent, boolean[] out) {
    boolean own = choices.oneIn(2);
    String key = "k" + choices.below(2);
    yaml.append(indent).append("consul_kv: {key: \"").append(key);
    yaml.append(own ? "/{{ node.name }}" : "").append("\", value: x}\n");
    each(out, node -> new LockModel.Put(key + (own ? "/" + NAMES.get(node) : "")));
  }

  private void await(String indent, boolean[] out) {
    boolean peers = choices.oneIn(2);
    String key = "k" + choices.below(2);
    if (peers) {
      yaml.append(indent).append("for_each: cluster.peers\n");
    }
    yaml.append(indent).append("wait_for: {key: \"").append(key);
    yaml.append(peers ? "/{{ item.name }}" : "").append("\", timeout: 1m}\n");
    if (!peers) {
      each(out, _ -> new LockModel.Await(key));
      return;
    }
    for (int node = 0; node < NODES; node++) {
      for (int peer = 0; peer < NODES; peer++) {
        if (!out[node] && peer != node) {
          programs.get(node).add(new LockModel.Await(key + "/" + NAMES.get(peer)));
        }
      }
    }
  }

  private void lock(String indent, int depth, boolean[] out, boolean claimed) {
    String key = "lock" + choices.below(2);
    yaml.append(indent).append("consul_lock:\n");
    yaml.append(indent).append("  key: ").append(key).append('\n');
    yaml.append(indent).append("  wait: 1m\n").append(indent).append("  steps:\n");
    each(out, _ -> new LockModel.Take(key));
    steps(indent + "    ", depth + 1, out, claimed, true);
    each(out, _ -> new LockModel.Leave());
  }

  /** Where it is known who leads, a branch for the leader or for the others. */
  private boolean claim(String inner, int depth, boolean[] out, boolean claimed, boolean locked) {
    if (!claimed || depth == 0) {
      yaml.append(inner).append("consul_kv: {key: leader, value: \"{{ node.name }}\",");
      yaml.append(" if_absent: true}\n").append(inner).append("register: leader\n");
      each(out, _ -> new LockModel.Claim());
      return true;
    }
    boolean leads = choices.oneIn(2);
    yaml.append(inner).append("when: leader.value ").append(leads ? "==" : "!=");
    yaml.append(" node.name\n").append(inner).append("steps:\n");
    int[] from = new int[NODES];
    for (int node = 0; node < NODES; node++) {
      from[node] = programs.get(node).size();
    }
    each(out, _ -> new LockModel.Unless(leads, 0));
    steps(inner + "  ", depth + 1, out, true, locked);
    for (int node = 0; node < NODES; node++) {
      if (!out[node]) {
        int end = programs.get(node).size();
        programs.get(node).set(from[node], new LockModel.Unless(leads, end));
      }
    }
    return false;
  }

  private void each(boolean[] out, java.util.function.IntFunction<LockModel.Op> op) {
    for (int node = 0; node < NODES; node++) {
      if (!out[node]) {
        programs.get(node).add(op.apply(node));
      }
    }
  }
}
