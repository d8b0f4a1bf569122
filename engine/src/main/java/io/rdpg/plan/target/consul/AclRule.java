package io.rdpg.plan.target.consul;

import io.rdpg.plan.step.ConsulRight;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A rule of Consul's ACLs (Consul's manual, "ACL Rules").
 *
 * @param resource such as {@code key}
 * @param segment the resource's name
 * @param access {@code read} or {@code write}
 */
record AclRule(String resource, String segment, String access) {
  static AclRule of(ConsulRight right, String agent) {
    return switch (right) {
      case ConsulRight.Key(String key, boolean write) -> new AclRule("key", key, access(write));
      case ConsulRight.Service(String name, boolean write) ->
          new AclRule("service", name, access(write));
      case ConsulRight.Node(String name, boolean write) -> new AclRule("node", name, access(write));
      case ConsulRight.Operator _ -> new AclRule("operator", "", access(true));
      case ConsulRight.Session _ -> new AclRule("session", agent, "write");
      case ConsulRight.Reload _ -> new AclRule("agent", agent, "write");
      case ConsulRight.Watch(ConsulRight seen) -> of(seen, agent);
    };
  }

  private static String access(boolean write) {
    return write ? "write" : "read";
  }

  /** As a policy has it; of every name where it is for none. */
  @Override
  public String toString() {
    if (resource.equals("operator")) {
      return "operator = \"" + access + "\"";
    }
    String how = segment.isEmpty() ? resource + "_prefix" : resource;
    return text(how, segment, access);
  }

  private static String text(String resource, String segment, String access) {
    return resource + " \"" + segment + "\" { policy = \"" + access + "\" }";
  }

  /** As a policy has them, keys of one directory together; without those that others include. */
  static List<String> policy(Collection<AclRule> rules) {
    List<String> texts = new ArrayList<>();
    Map<String, List<AclRule>> keys = new LinkedHashMap<>();
    for (AclRule rule : rules) {
      boolean included =
          rule.access.equals("read")
              && rules.contains(new AclRule(rule.resource, rule.segment, "write"));
      int root = rule.segment.indexOf('/');
      if (rule.resource.equals("key") && root > 0 && !included) {
        keys.computeIfAbsent(rule.segment.substring(0, root + 1), _ -> new ArrayList<>()).add(rule);
      } else if (!included) {
        texts.add(rule.toString());
      }
    }
    keys.forEach((root, all) -> texts.addAll(together(root, all)));
    return texts.stream().sorted().toList();
  }

  private static List<String> together(String root, List<AclRule> keys) {
    if (keys.size() == 1) {
      return List.of(keys.getFirst().toString());
    }
    boolean write = keys.stream().anyMatch(key -> key.access.equals("write"));
    return List.of(text("key_prefix", root, access(write)));
  }
}
