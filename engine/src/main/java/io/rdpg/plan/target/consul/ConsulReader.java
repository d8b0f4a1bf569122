package io.rdpg.plan.target.consul;

import io.rdpg.plan.language.model.NodeAccess;
import io.rdpg.plan.language.model.Text;
import io.rdpg.plan.step.Observation;
import io.rdpg.plan.step.Read;
import io.rdpg.plan.target.Cancellation;
import io.rdpg.plan.target.shell.Transport;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.kiwiproject.consul.Consul;
import org.kiwiproject.consul.model.health.ServiceHealth;
import org.kiwiproject.consul.model.kv.Value;
import org.kiwiproject.consul.option.ConsistencyMode;
import org.kiwiproject.consul.option.ImmutableQueryOptions;
import org.kiwiproject.consul.option.QueryOptions;

/**
 * Sees keys and services by a node's Consul agent, to which it sends nothing but GETs: no index
 * moves. Connects when it is first needed. Safe for use by many threads.
 *
 * <p>Every method throws a {@link io.rdpg.plan.language.diagnostic.Failure} when the agent can't be
 * used or refuses, when Consul has no leader, or when it was cancelled.
 */
public final class ConsulReader implements AutoCloseable {
  static final QueryOptions CONSISTENT =
      ImmutableQueryOptions.builder().consistencyMode(ConsistencyMode.CONSISTENT).build();

  private final ConsulApi api;

  /**
   * @param node the node's name, for diagnostics
   */
  public ConsulReader(NodeAccess.Consul access, Transport transport, String node) {
    this.api = ConsulApi.ofGets(access, transport, node);
  }

  /** What is at a key, as the leader knows it after asking its followers. */
  public Observation.KeyState key(Read.Key read, Cancellation cancellation) {
    return api.call(cancellation, consul -> value(consul, read.key()))
        .<Observation.KeyState>map(value ->
            new Observation.KeyValue(
                Text.plain(value.getValueAsString(StandardCharsets.UTF_8).orElse("")),
                value.getModifyIndex()))
        .orElseGet(Observation.NoKey::new);
  }

  static Optional<Value> value(Consul consul, String key) {
    return consul.keyValueClient().getValue(key, CONSISTENT);
  }

  /** What the agent itself has registered, which the catalog may not know yet. */
  public Observation.RegistrationState registered(Read.Registered read, Cancellation cancellation) {
    return api.call(
        cancellation,
        consul ->
            RegistrationFormat.shown(
                read.id(), consul.agentClient().getServices(), consul.agentClient().getChecks()));
  }

  /** All instances of a service that the catalog knows. */
  public Observation.Instances service(Read.Service read, Cancellation cancellation) {
    List<ServiceHealth> found =
        api.call(
            cancellation,
            consul -> consul.healthClient().getAllServiceInstances(read.name()).getResponse());
    return new Observation.Instances(found.stream().map(ConsulReader::instance).toList());
  }

  private static Observation.Instance instance(ServiceHealth health) {
    String address = health.getService().getAddress();
    return new Observation.Instance(
        health.getNode().getNode(),
        health.getService().getId(),
        address.isEmpty() ? health.getNode().getAddress() : address,
        health.getService().getPort(),
        health.getChecks().stream().allMatch(check -> check.getStatus().equals("passing")));
  }

  @Override
  public void close() {
    api.close();
  }
}
