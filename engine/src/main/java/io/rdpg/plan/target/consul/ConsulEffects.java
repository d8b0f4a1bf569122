package io.rdpg.plan.target.consul;

import com.fasterxml.jackson.databind.JsonNode;
import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Failure;
import io.rdpg.plan.language.model.NodeAccess;
import io.rdpg.plan.step.ConsulRight;
import io.rdpg.plan.step.Effect;
import io.rdpg.plan.step.Observation;
import io.rdpg.plan.step.Read;
import io.rdpg.plan.target.Cancellation;
import io.rdpg.plan.target.Locks;
import io.rdpg.plan.target.LoginTurns;
import io.rdpg.plan.target.shell.Transport;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.kiwiproject.consul.Consul;
import org.kiwiproject.consul.ConsulException;
import org.kiwiproject.consul.model.kv.ImmutableOperation;
import org.kiwiproject.consul.model.kv.Operation;
import org.kiwiproject.consul.model.kv.Value;
import org.kiwiproject.consul.model.kv.Verb;
import org.kiwiproject.consul.option.ImmutablePutOptions;
import org.kiwiproject.consul.util.Jackson;

/**
 * Changes keys, services and the configuration by a node's Consul agent, and takes its locks.
 * Connects when it is first needed. Safe for use by many threads.
 *
 * <p>Every method throws a {@link Failure} when the agent can't be used or refuses, when Consul has
 * no leader, or when it was cancelled.
 */
public final class ConsulEffects implements AutoCloseable {
  private static final int NOT_FOUND = 404;
  private static final int CONFLICT = 409;

  /** How long an agent may take to tell the catalog of a change before it is helped. */
  private static final Duration SYNC = Duration.ofSeconds(2);

  /** After which an agent has compared everything with the catalog: one minute, or up to two. */
  private static final Duration LONGEST_SYNC = Duration.ofMinutes(2);

  private final ConsulApi api;
  private final ConsulAcl acl;

  /** By the agent's own token. */
  private final ConsulApi agents;

  private final ConsulAcl agentsAcl;

  private final CatalogSync catalog;

  /**
   * @param node the node's name, for diagnostics
   */
  public ConsulEffects(NodeAccess.Consul access, Transport transport, String node) {
    this.api = ConsulApi.ofAll(access, transport, node);
    this.acl = new ConsulAcl(api);
    this.agents = api.byAgentsToken();
    this.agentsAcl = ConsulAcl.ofAgent(agents);
    this.catalog = new CatalogSync(api, acl);
  }

  /** The locks that this agent gives to a run. */
  public Locks locks(String run, LoginTurns logins) {
    return new ConsulLocks(api, acl, run, logins);
  }

  /**
   * Sets a key, or leaves it when compare-and-set meets another index.
   *
   * @param lock also checks, in the same transaction, that this is held
   * @return whether it was set
   * @throws Failure with {@code lock_lost} when the lock is not held any more
   */
  public boolean put(Effect.PutKey effect, Locks.@Nullable Held lock, Cancellation cancellation) {
    return acl.explained(
        cancellation,
        () -> set(effect, lock, cancellation),
        new ConsulRight.Key(effect.key(), true));
  }

  private boolean set(Effect.PutKey effect, Locks.@Nullable Held lock, Cancellation cancellation) {
    Long index = effect.ifIndex();
    long flags = flags(effect, cancellation);
    if (lock == null) {
      ImmutablePutOptions options =
          ImmutablePutOptions.builder().cas(Optional.ofNullable(index)).build();
      byte[] value = effect.value().reveal().getBytes(StandardCharsets.UTF_8);
      return api.call(
          cancellation,
          consul -> consul.keyValueClient().putValue(effect.key(), value, flags, options));
    }
    ImmutableOperation.Builder put =
        Operation.builder(index == null ? Verb.SET : Verb.CHECK_AND_SET)
            .key(effect.key())
            .value(effect.value().reveal())
            .flags(flags)
            .index(Optional.ofNullable(index).map(BigInteger::valueOf));
    return together(List.of(put.build()), lock, cancellation);
  }

  /** What others keep with a key beside its value, and a plan can't say: it stays. */
  private long flags(Effect.PutKey effect, Cancellation cancellation) {
    Long index = effect.ifIndex();
    boolean absent = index != null && index == 0;
    return absent
        ? 0
        : api.call(
            cancellation,
            consul -> ConsulReader.value(consul, effect.key()).map(Value::getFlags).orElse(0L));
  }

  /**
   * Removes a key, or leaves it when it is no longer at the index; see {@link #put}. Where the key
   * is gone already it was not removed here.
   */
  public boolean delete(
      Effect.DeleteKey effect, Locks.@Nullable Held lock, Cancellation cancellation) {
    List<Operation> comparedFirst =
        Stream.of(Verb.CHECK_INDEX, Verb.DELETE_CHECK_AND_SET)
            .<Operation>map(verb ->
                Operation.builder(verb)
                    .key(effect.key())
                    .index(BigInteger.valueOf(effect.ifIndex()))
                    .build())
            .toList();
    return acl.explained(
        cancellation,
        () -> together(comparedFirst, lock, cancellation),
        new ConsulRight.Key(effect.key(), true));
  }

  /** In one transaction, as long as the lock is held; false when a comparison failed. */
  private boolean together(
      List<Operation> changes, Locks.@Nullable Held lock, Cancellation cancellation) {
    List<Operation> all = new ArrayList<>();
    if (lock != null) {
      all.add(
          Operation.builder(Verb.CHECK_SESSION).key(lock.key()).session(lock.session()).build());
    }
    all.addAll(changes);
    Operation change = changes.getLast();
    if (lock != null && !lock.held()) {
      throw lost(lock, change);
    }
    return api.call(
        cancellation,
        consul -> {
          try {
            consul.keyValueClient().performTransaction(all.toArray(Operation[]::new));
            return true;
          } catch (ConsulException e) {
            if (e.getCode() != CONFLICT) {
              throw e;
            }
            // Rolled back: by the lock's session, by compare-and-set, or by something like an ACL?
            if (lock != null && !holds(consul, lock)) {
              throw lost(lock, change);
            }
            if (comparesEqual(consul, change)) {
              throw e;
            }
            return false;
          }
        });
  }

  private Failure lost(Locks.Held lock, Operation change) {
    return api.diagnostic(
        Code.LOCK_LOST,
        "the lock "
            + lock.key()
            + " is no longer held, so "
            + change.key().orElse("")
            + " was"
            + " left unchanged",
        "run the plan again: it continues from the current state");
  }

  private static boolean holds(Consul consul, Locks.Held lock) {
    return ConsulReader.value(consul, lock.key())
        .flatMap(Value::getSession)
        .filter(lock.session()::equals)
        .isPresent();
  }

  private static boolean comparesEqual(Consul consul, Operation change) {
    long index =
        ConsulReader.value(consul, change.key().orElseThrow())
            .map(Value::getModifyIndex)
            .orElse(0L);
    return change.index().isEmpty() || change.index().get().longValue() == index;
  }

  /**
   * Registers a service, and again until the catalog has it: an agent that couldn't tell the
   * catalog tries that with its next change. A check that stays keeps its state. All that others
   * have registered with it and a plan can't say stays, such as its metadata, its tagged addresses,
   * and checks of other ids.
   *
   * <p>An agent keeps the token that a service was registered with, and tells the catalog of it by
   * that alone. So it is the agent's own token, where that may, since ours needn't live as long.
   */
  public void register(Effect.Register effect, Cancellation cancellation) {
    Observation.Registration wanted = effect.registration();
    Read.Registered read = new Read.Registered(wanted.id(), wanted.name());
    ConsulRight right = new ConsulRight.Service(wanted.name(), true);
    long end = System.nanoTime() + LONGEST_SYNC.toNanos();
    do {
      acl.explained(cancellation, () -> putRegistration(wanted, right, cancellation), right);
    } while (CatalogSync.isBehind(catalog.awaited(read, SYNC, cancellation))
        && System.nanoTime() - end < 0);
  }

  private void putRegistration(
      Observation.Registration wanted, ConsulRight right, Cancellation cancellation) {
    endOtherCheck(wanted, cancellation);
    ConsulApi.Reply present =
        api.get("v1/agent/service/" + ConsulApi.segment(wanted.id()), cancellation);
    registering(right, cancellation)
        .put(
            "v1/agent/service/register",
            RegistrationFormat.toConsul(
                wanted, present.code() == NOT_FOUND ? "{}" : api.required(present)),
            cancellation);
  }

  /**
   * Takes away a service's check that isn't to stay: one of another type would go on beside the new
   * one, since an agent replaces only a check of the same type (hashicorp/consul issue 3803).
   */
  private void endOtherCheck(Observation.Registration wanted, Cancellation cancellation) {
    String id = RegistrationFormat.checkId(wanted.id());
    JsonNode present =
        RegistrationFormat.parsed(api.required(api.get("v1/agent/checks", cancellation))).path(id);
    boolean stays =
        wanted
            .checked()
            .filter(check -> check.type().equals(RegistrationFormat.type(present)))
            .isPresent();
    if (present.isObject() && !stays) {
      api.put("v1/agent/check/deregister/" + ConsulApi.segment(id), "", cancellation);
    }
  }

  private ConsulApi registering(ConsulRight right, Cancellation cancellation) {
    return api.sendsToken() && agentsAcl.allows(right, cancellation) ? agents : api;
  }

  /**
   * Takes a service out of the agent, and out of the catalog where the agent doesn't tell it soon.
   * It is registered once more before: the catalog would keep it if the token that it was
   * registered with is not valid any more.
   */
  public void deregister(Effect.Deregister effect, Cancellation cancellation) {
    ConsulRight right = new ConsulRight.Service(effect.name(), true);
    acl.explained(cancellation, () -> endRegistration(effect, right, cancellation), right);
  }

  private void endRegistration(
      Effect.Deregister effect, ConsulRight right, Cancellation cancellation) {
    ConsulApi.Reply present =
        api.get("v1/agent/service/" + ConsulApi.segment(effect.id()), cancellation);
    if (api.sendsToken()) {
      registering(right, cancellation)
          .put(
              "v1/agent/service/register",
              present.code() == NOT_FOUND
                  ? RegistrationFormat.bare(effect.id(), effect.name())
                  : RegistrationFormat.asShown(api.required(present)),
              cancellation);
    }
    api.call(
        cancellation,
        consul -> {
          if (consul.agentClient().getServices().containsKey(effect.id())) {
            consul.agentClient().deregister(effect.id());
          }
          return true;
        });
    Read.Registered read = new Read.Registered(effect.id(), effect.name());
    if (catalog.awaited(read, SYNC, cancellation) instanceof Observation.LeftBehind) {
      // The agent ends it there once more when it can, and finds that it is gone.
      api.put(
          "v1/catalog/deregister",
          Jackson.MAPPER
              .createObjectNode()
              .put("Node", catalog.node(cancellation).orElseThrow())
              .put("ServiceID", effect.id())
              .toString(),
          cancellation);
    }
  }

  /**
   * Takes a failed node out of Consul: first out of the gossip, so that no server enters it again,
   * then out of the catalog with all that it had registered.
   */
  public void forget(Effect.ForgetMember effect, Cancellation cancellation) {
    acl.explained(
        cancellation,
        () -> {
          api.put("v1/agent/force-leave/" + ConsulApi.segment(effect.name()), "", cancellation);
          api.put(
              "v1/catalog/deregister",
              Jackson.MAPPER.createObjectNode().put("Node", effect.name()).toString(),
              cancellation);
        },
        new ConsulRight.Operator(),
        new ConsulRight.Node(effect.name(), true));
  }

  /**
   * Makes the agent read its configuration again.
   *
   * @throws Failure with {@code reload_failed} when it refuses the configuration
   */
  public void reload(Cancellation cancellation) {
    acl.explained(cancellation, () -> api.reload(cancellation), new ConsulRight.Reload());
  }

  @Override
  public void close() {
    api.close();
  }
}
