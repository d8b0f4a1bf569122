package io.rdpg.plan.world.consul;

import io.rdpg.plan.diag.Code;
import io.rdpg.plan.diag.Failure;
import io.rdpg.plan.model.Access;
import io.rdpg.plan.run.Cancellation;
import io.rdpg.plan.run.Locks;
import io.rdpg.plan.step.Effect;
import io.rdpg.plan.world.reach.Reach;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.kiwiproject.consul.Consul;
import org.kiwiproject.consul.ConsulException;
import org.kiwiproject.consul.model.kv.ImmutableOperation;
import org.kiwiproject.consul.model.kv.Operation;
import org.kiwiproject.consul.model.kv.Value;
import org.kiwiproject.consul.model.kv.Verb;
import org.kiwiproject.consul.option.ImmutableDeleteOptions;
import org.kiwiproject.consul.option.ImmutablePutOptions;
import org.kiwiproject.consul.option.ImmutableQueryOptions;
import org.kiwiproject.consul.option.ImmutableQueryParameterOptions;

/**
 * Changes keys, services and the configuration by a node's Consul agent, and takes its locks.
 * Connects when it is first needed. Safe for use by many threads.
 *
 * <p>Every method throws a {@link Failure} when the agent can't be used or refuses, when Consul has
 * no leader, or when it was cancelled.
 */
public final class ConsulEffects implements AutoCloseable {
  private static final int CONFLICT = 409;

  private final ConsulApi api;

  /**
   * @param node the node's name, for what goes wrong
   */
  public ConsulEffects(Access.Consul access, Reach reach, String node) {
    this.api = ConsulApi.ofAll(access, reach, node);
  }

  /** The locks that this agent gives to a run. */
  public Locks locks(String run) {
    return new ConsulLocks(api, run);
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
    return ConsulSight.value(consul, lock.key())
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

  private void done(Cancellation cancellation, Consumer<Consul> request) {
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
