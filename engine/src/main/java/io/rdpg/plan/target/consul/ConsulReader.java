package io.rdpg.plan.target.consul;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.rdpg.plan.language.model.NodeAccess;
import io.rdpg.plan.language.model.Text;
import io.rdpg.plan.step.ConsulRight;
import io.rdpg.plan.step.Observation;
import io.rdpg.plan.step.Read;
import io.rdpg.plan.target.Cancellation;
import io.rdpg.plan.target.shell.Transport;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.kiwiproject.consul.Consul;
import org.kiwiproject.consul.model.health.HealthCheck;
import org.kiwiproject.consul.model.health.ServiceHealth;
import org.kiwiproject.consul.model.kv.Value;
import org.kiwiproject.consul.option.ConsistencyMode;
import org.kiwiproject.consul.option.ImmutableQueryOptions;
import org.kiwiproject.consul.option.QueryOptions;
import org.kiwiproject.consul.util.Jackson;

/**
 * Sees keys and services by a node's Consul agent, to which it sends nothing but questions: no
 * index moves. Connects when it is first needed. Safe for use by many threads.
 *
 * <p>Every method throws a {@link io.rdpg.plan.language.diagnostic.Failure} when the agent can't be
 * used or refuses, when Consul has no leader, or when it was cancelled.
 */
public final class ConsulReader implements AutoCloseable {
  static final QueryOptions CONSISTENT =
      ImmutableQueryOptions.builder().consistencyMode(ConsistencyMode.CONSISTENT).build();

  /** The check of each node that its agents' gossip keeps (Consul's manual, "Gossip"). */
  private static final String GOSSIP = "serfHealth";

  /** How long a look waits for an agent that tells the catalog of a change. */
  private static final Duration SYNC = Duration.ofSeconds(3);

  private final ConsulApi api;
  private final ConsulAcl acl;

  /** By the agent's own token, as its watches are. */
  private final ConsulAcl agentsAcl;

  private final CatalogSync catalog;

  /** The index of Consul's state when a read was last waited for. */
  private final Map<Read<?>, Long> indexes = new ConcurrentHashMap<>();

  /**
   * @param node the node's name, for diagnostics
   */
  public ConsulReader(NodeAccess.Consul access, Transport transport, String node) {
    this.api = ConsulApi.ofGets(access, transport, node);
    this.acl = new ConsulAcl(api);
    this.agentsAcl = ConsulAcl.ofAgent(api.byAgentsToken());
    this.catalog = new CatalogSync(api, acl);
  }

  /** What is at a key, as the leader knows it after asking its followers. */
  public Observation.KeyState key(Read.Key read, Cancellation cancellation) {
    return acl.explained(
            cancellation,
            () -> api.call(cancellation, consul -> value(consul, read.key())),
            new ConsulRight.Key(read.key(), false))
        .<Observation.KeyState>map(value ->
            new Observation.KeyValue(
                Text.plain(value.getValueAsString(StandardCharsets.UTF_8).orElse("")),
                value.getModifyIndex()))
        .orElseGet(Observation.NoKey::new);
  }

  static Optional<Value> value(Consul consul, String key) {
    return consul.keyValueClient().getValue(key, CONSISTENT);
  }

  /**
   * What the agent itself has registered, which the catalog may not know yet; and whether the
   * catalog is told of it.
   */
  public Observation.RegistrationState registered(Read.Registered read, Cancellation cancellation) {
    return catalog.awaited(read, SYNC, cancellation);
  }

  /** All instances of a service that the catalog knows. */
  public Observation.Instances service(Read.Service read, Cancellation cancellation) {
    ConsulRight right = new ConsulRight.Service(read.name(), false);
    List<ServiceHealth> found =
        acl.explained(
            cancellation,
            () ->
                api.call(
                    cancellation,
                    consul ->
                        consul.healthClient().getAllServiceInstances(read.name()).getResponse()),
            right);
    if (found.isEmpty()) {
      acl.require(Set.of(right), cancellation);
    }
    return new Observation.Instances(found.stream().map(ConsulReader::instance).toList());
  }

  /**
   * What Consul knows of one of its nodes: in its catalog at all, and there by its gossip's own
   * check. A node whose agent never spoke to the others has no such check and counts as not alive.
   */
  public Observation.MemberState member(Read.Member read, Cancellation cancellation) {
    String entry =
        api.required(
            api.get(
                "v1/catalog/node/" + ConsulApi.segment(read.name()) + "?consistent", cancellation));
    if (entry.equals("null")) {
      acl.require(Set.of(new ConsulRight.Node(read.name(), false)), cancellation);
      return new Observation.NoMember();
    }
    List<HealthCheck> checks =
        api.call(
            cancellation,
            consul -> consul.healthClient().getNodeChecks(read.name(), CONSISTENT).getResponse());
    return new Observation.Member(
        checks.stream()
            .anyMatch(
                check -> check.getCheckId().equals(GOSSIP) && check.getStatus().equals("passing")),
        address(entry));
  }

  private static String address(String entry) {
    try {
      return Jackson.MAPPER.readTree(entry).path("Node").path("Address").asText();
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(entry, e);
    }
  }

  /** All keys that begin so and that a session holds, as the leader knows them. */
  public Observation.LocksHeld locks(Read.Locks read, Cancellation cancellation) {
    ConsulRight right = new ConsulRight.Key(read.prefix(), false);
    List<Value> found =
        acl.explained(
            cancellation,
            () ->
                api.call(
                    cancellation,
                    consul -> consul.keyValueClient().getValues(read.prefix(), CONSISTENT)),
            right);
    if (found.isEmpty()) {
      acl.require(Set.of(right), cancellation);
    }
    return new Observation.LocksHeld(
        found.stream().flatMap(value -> lock(value, cancellation).stream()).toList());
  }

  private Optional<Observation.LockState> lock(Value value, Cancellation cancellation) {
    return value
        .getSession()
        .map(session ->
            LockHolder.of(value)
                .map(holder -> holder.state(value.getKey()))
                .orElseGet(() ->
                    new Observation.LockState(
                        value.getKey(),
                        session,
                        api.call(cancellation, consul -> LockHolder.words(consul, session)),
                        "",
                        "")));
  }

  /** Whether Consul tells of changes to what this asks for. */
  public boolean tellsOf(Read<?> read) {
    return !path(read).isEmpty();
  }

  /**
   * Waits by a blocking query until the answer to a read may have changed since the last call with
   * it; the first call only finds out since when.
   *
   * @param longest how long to wait
   */
  public void awaitChange(Read<?> read, Duration longest, Cancellation cancellation) {
    Long known = indexes.get(read);
    long index = known == null ? 0 : known;
    long now = api.awaitIndex(path(read), index, longest, cancellation);
    // Consul's manual: an index that goes backwards begins anew.
    indexes.put(read, now < index ? 0 : now);
  }

  /** Below {@code /v1/}; empty for what blocking queries know nothing of. */
  private static String path(Read<?> read) {
    return switch (read) {
      case Read.Key key -> "kv/" + key.key();
      case Read.Service service -> "health/service/" + service.name();
      case Read.Query _,
          Read.FileAt _,
          Read.Placing _,
          Read.Port _,
          Read.Http _,
          Read.Probe _,
          Read.Configuration _,
          Read.Registered _,
          Read.Locks _,
          Read.Member _ ->
          "";
    };
  }

  private static Observation.Instance instance(ServiceHealth health) {
    String address = health.getService().getAddress();
    return new Observation.Instance(
        health.getNode().getNode(),
        health.getService().getId(),
        address.isEmpty() ? health.getNode().getAddress() : address,
        health.getService().getPort(),
        health.getChecks().stream()
            .map(check ->
                new Observation.CheckState(
                    check.getName(), check.getStatus(), check.getOutput().orElse("").strip()))
            .toList());
  }

  /**
   * Refuses what the token may not do.
   *
   * @throws io.rdpg.plan.language.diagnostic.Failure that names each missing rule
   */
  public void require(Collection<ConsulRight> rights, Cancellation cancellation) {
    Predicate<ConsulRight> ofTheAgent = right -> right instanceof ConsulRight.Watch;
    acl.require(rights.stream().filter(ofTheAgent.negate()).toList(), cancellation);
    agentsAcl.require(rights.stream().filter(ofTheAgent).toList(), cancellation);
  }

  @Override
  public void close() {
    api.close();
  }
}
