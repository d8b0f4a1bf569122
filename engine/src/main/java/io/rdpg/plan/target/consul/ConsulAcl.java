package io.rdpg.plan.target.consul;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Failure;
import io.rdpg.plan.step.ConsulRight;
import io.rdpg.plan.target.Cancellation;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.kiwiproject.consul.util.Jackson;

/**
 * Asks what Consul's ACLs allow our token ({@code POST /v1/internal/acl/authorize}, which Consul's
 * own pages use): every token may ask that of itself, and nothing is changed by it. Where Consul
 * has no ACLs, or is older than that, nothing is known to be refused. Where it can't answer now,
 * nothing is known at all: every method throws that outage.
 */
final class ConsulAcl {
  static final String AUTHORIZE = "v1/internal/acl/authorize";

  /** The most that Consul answers at once. */
  private static final int MOST = 64;

  private static final int TOO_MANY_REQUESTS = 429;
  private static final int SERVER_ERROR = 500;

  /** What servers say that are older than these questions, or whose ACLs are. */
  private static final Pattern CANT_BE_ASKED =
      Pattern.compile("legacy mode|rpc: can't find (?:method|service)");

  private final ConsulApi api;

  /** Whose token it is, for people. */
  private final String whose;

  /** What was asked and is allowed: reads come again and again. */
  private final Set<AclRule> allowed = ConcurrentHashMap.newKeySet();

  /** Empty as long as the agent hasn't said. */
  private volatile Optional<Boolean> enabled = Optional.empty();

  /** Whether some node of the catalog is seen: reads come again and again, too. */
  private volatile boolean seesNodes;

  ConsulAcl(ConsulApi api) {
    this(api, api.whoseToken());
  }

  private ConsulAcl(ConsulApi api, String whose) {
    this.api = api;
    this.whose = whose;
  }

  /**
   * Asks what the agent's own token may do.
   *
   * @param agents sends no token
   */
  static ConsulAcl ofAgent(ConsulApi agents) {
    return new ConsulAcl(agents, "the agent's own token (acl.tokens.default)");
  }

  /**
   * Refuses what the token may not do.
   *
   * @throws Failure with {@code consul_refused} that names each missing rule
   */
  void require(Collection<ConsulRight> rights, Cancellation cancellation) {
    if (rights.isEmpty() || !isAsked(cancellation)) {
      return;
    }
    String agent = agentName(rights, cancellation);
    Set<AclRule> needed = new LinkedHashSet<>();
    rights.forEach(right -> needed.add(AclRule.of(right, agent)));
    List<AclRule> missing = refused(needed, cancellation);
    if (rights.stream().anyMatch(ConsulAcl::looksAtInstances) && seesNoNode(cancellation)) {
      missing.add(new AclRule("node", "", "read"));
    }
    if (!missing.isEmpty()) {
      throw lacks(missing);
    }
  }

  /**
   * Refuses what an empty answer can't tell from absence: an agent leaves out of its list of
   * services what the token may not see, and says nothing.
   */
  void requireSeen(String service, Cancellation cancellation) {
    AclRule rule = AclRule.of(new ConsulRight.Service(service, false), "");
    if (!allowed.contains(rule) && isAsked(cancellation)) {
      List<AclRule> missing = refused(Set.of(rule), cancellation);
      if (!missing.isEmpty()) {
        throw lacks(missing);
      }
    }
  }

  /** Whether the token may do this, as far as that can be known. */
  boolean allows(ConsulRight right, Cancellation cancellation) {
    return !isAsked(cancellation) || refused(Set.of(AclRule.of(right, "")), cancellation).isEmpty();
  }

  /**
   * Does something; where Consul refuses it, says which rule is missing, or that Consul can't say
   * now: while an agent can't ask for a token's rules, it may refuse all.
   */
  <T> T explained(Cancellation cancellation, Supplier<T> work, ConsulRight... rights) {
    try {
      return work.get();
    } catch (Failure failure) {
      if (failure.diagnostic().code() == Code.CONSUL_REFUSED) {
        require(List.of(rights), cancellation);
      }
      throw failure;
    }
  }

  /** The same where nothing is answered. */
  void explained(Cancellation cancellation, Runnable work, ConsulRight... rights) {
    boolean _ =
        explained(
            cancellation,
            () -> {
              work.run();
              return true;
            },
            rights);
  }

  private static boolean looksAtInstances(ConsulRight right) {
    return switch (right) {
      case ConsulRight.Service(String _, boolean write) -> !write;
      case ConsulRight.Watch(ConsulRight watched) -> looksAtInstances(watched);
      case ConsulRight.Key _,
          ConsulRight.Node _,
          ConsulRight.Operator _,
          ConsulRight.Session _,
          ConsulRight.Reload _ ->
          false;
    };
  }

  private Failure lacks(List<AclRule> missing) {
    boolean agentUnknown = missing.stream().anyMatch(rule -> rule.segment().isEmpty());
    return api.diagnostic(
        Code.CONSUL_REFUSED,
        whose + " lacks: " + String.join("; ", AclRule.policy(missing)),
        "add these rules to a policy of the token ('consul acl policy update')"
            + (agentUnknown ? ", or the same for the node names that it concerns" : ""));
  }

  /** False where there are no ACLs, and where nothing can be known. */
  private boolean isAsked(Cancellation cancellation) {
    if (enabled.isEmpty()) {
      ConsulApi.Reply self = answered(api.get("v1/acl/token/self", cancellation));
      // Who sends no token is not found either, and may still do something.
      if (self.code() == ConsulApi.FORBIDDEN && api.sendsToken()) {
        throw api.refused(self.body());
      }
      enabled =
          switch (self.code()) {
            case 200, ConsulApi.FORBIDDEN -> Optional.of(true);
            case 401, 404 -> Optional.of(false);
            default -> Optional.empty();
          };
    }
    return enabled.orElse(false);
  }

  /** Empty when it isn't needed, or the token may not know it. */
  private String agentName(Collection<ConsulRight> rights, Cancellation cancellation) {
    boolean ofTheAgent =
        rights.stream()
            .anyMatch(right ->
                right instanceof ConsulRight.Session || right instanceof ConsulRight.Reload);
    if (!ofTheAgent) {
      return "";
    }
    ConsulApi.Reply self = answered(api.get("v1/agent/self", cancellation));
    return self.code() == 200 ? json(self).path("Config").path("NodeName").asText("") : "";
  }

  private boolean seesNoNode(Cancellation cancellation) {
    if (!seesNodes) {
      AclRule all = new AclRule("node", "", "read");
      seesNodes = refused(Set.of(all), cancellation).isEmpty() || seesOneInCatalog(cancellation);
    }
    return !seesNodes;
  }

  private boolean seesOneInCatalog(Cancellation cancellation) {
    ConsulApi.Reply nodes = answered(api.get("v1/catalog/nodes", cancellation));
    return nodes.code() != 200 || !json(nodes).isEmpty();
  }

  private List<AclRule> refused(Set<AclRule> rules, Cancellation cancellation) {
    List<AclRule> refused = new ArrayList<>();
    List<AclRule> open = rules.stream().filter(rule -> !allowed.contains(rule)).toList();
    for (int from = 0; from < open.size(); from += MOST) {
      List<AclRule> part = open.subList(from, Math.min(from + MOST, open.size()));
      JsonNode answer = authorize(part, cancellation);
      for (int i = 0; i < answer.size(); i++) {
        if (answer.get(i).path("Allow").asBoolean(true)) {
          allowed.add(part.get(i));
        } else {
          refused.add(part.get(i));
        }
      }
    }
    return refused;
  }

  private JsonNode authorize(List<AclRule> rules, Cancellation cancellation) {
    List<Map<String, String>> body =
        rules.stream()
            .map(rule ->
                Map.of(
                    "Resource", rule.resource(),
                    "Segment", rule.segment(),
                    "Access", rule.access()))
            .toList();
    try {
      ConsulApi.Reply reply =
          answered(api.post(AUTHORIZE, Jackson.MAPPER.writeValueAsString(body), cancellation));
      return switch (reply.code()) {
        case 200 -> json(reply);
        // Every token that Consul knows may ask.
        case ConsulApi.FORBIDDEN -> throw api.refused(reply.body());
        default -> Jackson.MAPPER.createArrayNode();
      };
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  /** An answer, be it that this can't be asked; that Consul can't answer now is none. */
  private ConsulApi.Reply answered(ConsulApi.Reply reply) {
    boolean failed = reply.code() == TOO_MANY_REQUESTS || reply.code() >= SERVER_ERROR;
    if (failed && !CANT_BE_ASKED.matcher(reply.body()).find()) {
      String _ = api.required(reply);
    }
    return reply;
  }

  private static JsonNode json(ConsulApi.Reply reply) {
    try {
      return Jackson.MAPPER.readTree(reply.body());
    } catch (JsonProcessingException notConsul) {
      return Jackson.MAPPER.createArrayNode();
    }
  }
}
