package io.rdpg.plan.world.consul;

import io.rdpg.plan.model.Access;
import io.rdpg.plan.model.Text;
import io.rdpg.plan.step.Answer;
import io.rdpg.plan.step.Look;
import io.rdpg.plan.world.Cancellation;
import io.rdpg.plan.world.reach.Reach;
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
 * <p>Every method throws a {@link io.rdpg.plan.diag.Failure} when the agent can't be used or
 * refuses, when Consul has no leader, or when it was cancelled.
 */
public final class ConsulSight implements AutoCloseable {
  static final QueryOptions CONSISTENT =
      ImmutableQueryOptions.builder().consistencyMode(ConsistencyMode.CONSISTENT).build();

  private final ConsulApi api;

  /**
   * @param node the node's name, for what goes wrong
   */
  public ConsulSight(Access.Consul access, Reach reach, String node) {
    this.api = ConsulApi.ofGets(access, reach, node);
  }

  /** What is at a key, as the leader knows it after asking its followers. */
  public Answer.KeyState key(Look.Key look, Cancellation cancellation) {
    return api.call(cancellation, consul -> value(consul, look.key()))
        .<Answer.KeyState>map(value ->
            new Answer.KeyValue(
                Text.plain(value.getValueAsString(StandardCharsets.UTF_8).orElse("")),
                value.getModifyIndex()))
        .orElseGet(Answer.NoKey::new);
  }

  static Optional<Value> value(Consul consul, String key) {
    return consul.keyValueClient().getValue(key, CONSISTENT);
  }

  /** What the agent itself has registered, which the catalog may not know yet. */
  public Answer.RegistrationState registered(Look.Registered look, Cancellation cancellation) {
    return api.call(
        cancellation,
        consul ->
            Registrations.shown(
                look.id(), consul.agentClient().getServices(), consul.agentClient().getChecks()));
  }

  /** All instances of a service that the catalog knows. */
  public Answer.Instances service(Look.Service look, Cancellation cancellation) {
    List<ServiceHealth> found =
        api.call(
            cancellation,
            consul -> consul.healthClient().getAllServiceInstances(look.name()).getResponse());
    return new Answer.Instances(found.stream().map(ConsulSight::instance).toList());
  }

  private static Answer.Instance instance(ServiceHealth health) {
    String address = health.getService().getAddress();
    return new Answer.Instance(
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
