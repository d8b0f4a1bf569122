package io.rdpg.plan.world.consul;

import io.rdpg.plan.diag.Code;
import io.rdpg.plan.diag.Failure;
import io.rdpg.plan.model.Access;
import io.rdpg.plan.model.Text;
import io.rdpg.plan.run.Cancellation;
import io.rdpg.plan.run.Locks;
import io.rdpg.plan.step.Answer;
import io.rdpg.plan.step.Effect;
import io.rdpg.plan.step.Look;
import io.rdpg.plan.world.reach.Reach;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.kiwiproject.consul.Consul;
import org.kiwiproject.consul.ConsulException;
import org.kiwiproject.consul.model.health.ServiceHealth;
import org.kiwiproject.consul.model.kv.ImmutableOperation;
import org.kiwiproject.consul.model.kv.Operation;
import org.kiwiproject.consul.model.kv.Value;
import org.kiwiproject.consul.model.kv.Verb;
import org.kiwiproject.consul.option.ConsistencyMode;
import org.kiwiproject.consul.option.ImmutableDeleteOptions;
import org.kiwiproject.consul.option.ImmutablePutOptions;
import org.kiwiproject.consul.option.ImmutableQueryOptions;
import org.kiwiproject.consul.option.ImmutableQueryParameterOptions;
import org.kiwiproject.consul.option.QueryOptions;

/**
 * A node's Consul agent: answers looks at keys and services, and changes them. Connects when it is
 * first needed. Safe for use by many threads.
 *
 * <p>Every method throws a {@link Failure} when the agent can't be used or refuses, when Consul has
 * no leader, or when it was cancelled. Looking moves no index.
 */
public final class ConsulAgent implements AutoCloseable {
  static final QueryOptions CONSISTENT =
      ImmutableQueryOptions.builder().consistencyMode(ConsistencyMode.CONSISTENT).build();

  private static final int CONFLICT = 409;

  private final ConsulApi api;

  /**
   * @param node the node's name, for what goes wrong
   */
  public ConsulAgent(Access.Consul access, Reach reach, String node) {
    this.api = new ConsulApi(access, reach, node);
  }

  /** The locks that this agent gives to a run. */
  public Locks locks(String run) {
    return new ConsulLocks(api, run);
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

  private static Optional<Value> value(Consul consul, String key) {
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
    return new Answer.Instances(found.stream().map(ConsulAgent::instance).toList());
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

  /**
   * Sets a key, or leaves it when compare-and-set meets another index.
   *
   * @param lock also checks, in the same transaction, that this is held
   * @throws Failure with {@code lock_lost} when the lock is not held any more
   */
  public void put(Effect.PutKey effect, Locks.@Nullable Held lock, Cancellation cancellation) {
    Long index = effect.ifIndex();
    if (lock == null) {
      ImmutablePutOptions options =
          ImmutablePutOptions.builder().cas(Optional.ofNullable(index)).build();
      byte[] value = effect.value().reveal().getBytes(StandardCharsets.UTF_8);
      boolean _ =
          api.call(
              cancellation,
              consul -> consul.keyValueClient().putValue(effect.key(), value, 0, options));
      return;
    }
    ImmutableOperation.Builder put =
        Operation.builder(index == null ? Verb.SET : Verb.CHECK_AND_SET)
            .key(effect.key())
            .value(effect.value().reveal())
            .index(Optional.ofNullable(index).map(BigInteger::valueOf));
    underLock(put.build(), lock, cancellation);
  }

  /** Removes a key, or leaves it when it is no longer at the index; see {@link #put}. */
  public void delete(
      Effect.DeleteKey effect, Locks.@Nullable Held lock, Cancellation cancellation) {
    if (lock == null) {
      ImmutableDeleteOptions options =
          ImmutableDeleteOptions.builder().cas(effect.ifIndex()).build();
      done(cancellation, consul -> consul.keyValueClient().deleteKey(effect.key(), options));
      return;
    }
    underLock(
        Operation.builder(Verb.DELETE_CHECK_AND_SET)
            .key(effect.key())
            .index(BigInteger.valueOf(effect.ifIndex()))
            .build(),
        lock,
        cancellation);
  }

  private void underLock(Operation change, Locks.Held lock, Cancellation cancellation) {
    Operation check =
        Operation.builder(Verb.CHECK_SESSION).key(lock.key()).session(lock.session()).build();
    boolean heldThroughout =
        lock.held()
            && api.call(
                cancellation,
                consul -> {
                  try {
                    consul.keyValueClient().performTransaction(check, change);
                    return true;
                  } catch (ConsulException e) {
                    if (e.getCode() != CONFLICT) {
                      throw e;
                    }
                    // Rolled back: by the lock's session, or by compare-and-set?
                    return holds(consul, lock) && comparedOnly(change, e);
                  }
                });
    if (!heldThroughout) {
      throw api.fault(
          Code.LOCK_LOST,
          "the lock "
              + lock.key()
              + " is no longer held, so "
              + change.key().orElse("")
              + " was"
              + " left as it is",
          "run the plan again: it goes on from what is there");
    }
  }

  private static boolean holds(Consul consul, Locks.Held lock) {
    return value(consul, lock.key())
        .flatMap(Value::getSession)
        .filter(lock.session()::equals)
        .isPresent();
  }

  /** Anything but a comparison that failed is a refusal, such as of an ACL. */
  private static boolean comparedOnly(Operation change, ConsulException e) {
    String told = String.valueOf(e.getMessage());
    if (change.index().isPresent() && told.contains("index is stale")) {
      return true;
    }
    throw e;
  }

  /** Registers a service; a check that stays keeps its state. */
  public void register(Effect.Register effect, Cancellation cancellation) {
    ImmutableQueryParameterOptions dropOtherChecks =
        ImmutableQueryParameterOptions.builder().replaceExistingChecks(true).build();
    done(
        cancellation,
        consul ->
            consul
                .agentClient()
                .register(
                    Registrations.toConsul(effect.registration()),
                    ImmutableQueryOptions.builder().build(),
                    dropOtherChecks));
  }

  /** Takes a service out of the agent; does nothing when it isn't there. */
  public void deregister(Effect.Deregister effect, Cancellation cancellation) {
    done(
        cancellation,
        consul -> {
          if (consul.agentClient().getServices().containsKey(effect.id())) {
            consul.agentClient().deregister(effect.id());
          }
        });
  }

  /**
   * Makes the agent read its configuration again.
   *
   * @throws Failure with {@code reload_failed} when it refuses the configuration
   */
  public void reload(Cancellation cancellation) {
    api.reload(cancellation);
  }

  private void done(Cancellation cancellation, java.util.function.Consumer<Consul> request) {
    boolean _ =
        api.call(
            cancellation,
            consul -> {
              request.accept(consul);
              return true;
            });
  }

  @Override
  public void close() {
    api.close();
  }
}
