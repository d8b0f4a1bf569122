package io.rdpg.plan.target.consul;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import io.rdpg.plan.step.ConsulRight;
import io.rdpg.plan.step.Observation;
import io.rdpg.plan.step.Read;
import io.rdpg.plan.target.Backoff;
import io.rdpg.plan.target.Cancellation;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.kiwiproject.consul.model.health.HealthCheck;
import org.kiwiproject.consul.model.health.ServiceHealth;
import org.kiwiproject.consul.util.Jackson;

/**
 * Compares what an agent has registered with what Consul's catalog has of it, which is what others
 * are told.
 *
 * <p>An agent tells the catalog at once, but only once: what it couldn't tell, as while another
 * server becomes the leader, it tells after another change of its own, or with the comparison that
 * it makes every minute or two (Consul's manual, "Anti-Entropy").
 */
final class CatalogSync {
  private static final TypeReference<List<ServiceHealth>> INSTANCES = new TypeReference<>() {};

  private final ConsulApi api;
  private final ConsulAcl acl;

  /** What the agent's node is called; empty as long as it isn't known. */
  private volatile Optional<String> node = Optional.empty();

  CatalogSync(ConsulApi api, ConsulAcl acl) {
    this.api = api;
    this.acl = acl;
  }

  /**
   * What the agent has registered, once the catalog follows, or when it still doesn't in the end.
   *
   * @param patience how long it may take the catalog
   */
  Observation.RegistrationState awaited(
      Read.Registered read, Duration patience, Cancellation cancellation) {
    Backoff pauses = new Backoff(Duration.ofMillis(50), Duration.ofMillis(500));
    long end = System.nanoTime() + patience.toNanos();
    while (true) {
      Observation.RegistrationState shown = shown(read, cancellation);
      if (!isBehind(shown) || System.nanoTime() - end > 0) {
        return shown;
      }
      pauses.pause(cancellation);
    }
  }

  /** Whether the catalog has something else than the agent. */
  static boolean isBehind(Observation.RegistrationState shown) {
    return switch (shown) {
      case Observation.NoRegistration _ -> false;
      case Observation.Existing existing -> !existing.followed();
      case Observation.LeftBehind _ -> true;
    };
  }

  private Observation.RegistrationState shown(Read.Registered read, Cancellation cancellation) {
    Map<String, HealthCheck> checks =
        api.call(cancellation, consul -> consul.agentClient().getChecks());
    // Saves a question that not every token may ask.
    checks.values().stream().findFirst().ifPresent(any -> node = Optional.of(any.getNode()));
    return RegistrationFormat.ofAgent(
            read.id(), api.call(cancellation, consul -> consul.agentClient().getServices()), checks)
        .<Observation.RegistrationState>map(its ->
            new Observation.Existing(
                its, follows(its, checks.get(RegistrationFormat.checkId(its.id())), cancellation)))
        .orElseGet(() -> notRegistered(read, cancellation));
  }

  private Observation.RegistrationState notRegistered(
      Read.Registered read, Cancellation cancellation) {
    acl.requireSeen(read.name(), cancellation);
    return inCatalog(read.id(), read.name(), cancellation)
        .map(ServiceHealth::getService)
        .<Observation.RegistrationState>map(
            left -> new Observation.LeftBehind(RegistrationFormat.registration(left, null)))
        .orElseGet(Observation.NoRegistration::new);
  }

  /**
   * Whether the catalog has what the agent has, as far as this token sees it.
   *
   * @param check the service's own, as the agent knows it; null for none
   */
  private boolean follows(
      Observation.Registration its, @Nullable HealthCheck check, Cancellation cancellation) {
    return inCatalog(its.id(), its.name(), cancellation)
        .map(known -> tells(known, its, check))
        .orElseGet(() -> !seesNode(cancellation));
  }

  private boolean seesNode(Cancellation cancellation) {
    return node(cancellation)
        .filter(name -> acl.allows(new ConsulRight.Node(name, false), cancellation))
        .isPresent();
  }

  /** Its tags may be changed in the catalog where the service says so. */
  private static boolean tells(
      ServiceHealth known, Observation.Registration its, @Nullable HealthCheck check) {
    Observation.Registration told = RegistrationFormat.registration(known.getService(), null);
    boolean anyTags = known.getService().getEnableTagOverride().orElse(false);
    return told.equals(
            new Observation.Registration(
                its.id(),
                its.name(),
                its.address(),
                its.port(),
                anyTags ? told.tags() : its.tags(),
                null))
        && (check == null
            || known.getChecks().stream()
                .filter(one -> one.getCheckId().equals(check.getCheckId()))
                .allMatch(one -> one.getStatus().equals(check.getStatus())));
  }

  /** What the catalog has under an id of this agent's node, as far as this token sees it. */
  private Optional<ServiceHealth> inCatalog(String id, String name, Cancellation cancellation) {
    return node(cancellation)
        .flatMap(at ->
            instances(name, at, cancellation).stream()
                .filter(one ->
                    one.getNode().getNode().equals(at) && one.getService().getId().equals(id))
                .findFirst());
  }

  /** Those of one node, so that the answer isn't longer where there are many. */
  private List<ServiceHealth> instances(String name, String at, Cancellation cancellation) {
    // Consul's API, "Filtering": no character of a raw string means anything else.
    String filter =
        at.contains("`") ? "" : "?filter=" + ConsulApi.segment("Node.Node == `" + at + "`");
    String body =
        api.required(
            api.get("v1/health/service/" + ConsulApi.segment(name) + filter, cancellation));
    try {
      return Jackson.MAPPER.readValue(body, INSTANCES);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(body, e);
    }
  }

  /** What the agent's node is called; empty when the token may not know it. */
  Optional<String> node(Cancellation cancellation) {
    if (node.isEmpty()) {
      ConsulApi.Reply self = api.get("v1/agent/self", cancellation);
      node =
          Optional.of(
                  self.code() == ConsulApi.FORBIDDEN
                      ? ""
                      : RegistrationFormat.parsed(api.required(self))
                          .path("Config")
                          .path("NodeName")
                          .asText())
              .filter(name -> !name.isEmpty());
    }
    return node;
  }
}
