package io.rdpg.plan.step;

import io.rdpg.plan.language.model.Signature;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A kind of step: three pure functions from arguments to a want, from the want to reads, and from
 * observations to effects. It does no I/O. Found by {@link java.util.ServiceLoader} when it is from
 * a third party.
 *
 * @param <W> what the author of a step wants, decoded
 */
public interface Primitive<W> {

  /** Its arguments, rules and results. */
  Signature signature();

  /**
   * Decodes what the author wants.
   *
   * @param args the rendered arguments; a wrong value is reported by {@link Args}' accessors
   */
  W decode(Args args);

  /** The reads whose observations {@link #diff} needs; may be empty. */
  List<Read<?>> reads(W want);

  /** Compares the want with the observations. */
  Diff diff(W want, Observations observations);

  /**
   * What it may change, as far as that can be told from some of its arguments: for previews in
   * which not all of them are known, and for the proofs that what nodes share (SQL, keys, whatever
   * a command does) is changed under a lock. {@link Resource.Anything} where that can't be told.
   *
   * @param known the arguments that are known; others may have been given
   */
  Set<Resource> mayTouch(Args known);

  /**
   * What it produces, as far as some of its arguments show: a step that waits for one of these
   * waits for this step.
   *
   * @param known the arguments that are known; others may have been given
   */
  default Set<Resource> produces(Args known) {
    return mayTouch(known);
  }

  /**
   * Whether it is known that replication carries nothing to other nodes of what it does in a
   * database.
   *
   * @param known the arguments that are known; others may have been given
   */
  default boolean replicatesNothing(Args known) {
    return false;
  }

  /**
   * Whose a file is to be that it writes, as far as some of its arguments show.
   *
   * @param path the file's
   * @param known the arguments that are known; others may have been given
   */
  default Read.Placing placing(String path, Args known) {
    return new Read.Placing(path, null, null);
  }

  /**
   * What it waits for, as far as that can be told from some of its arguments; empty for a step that
   * never waits, which is one whose signature has no deadline.
   *
   * @param known the arguments that are known; others may have been given
   */
  default Optional<AwaitedState> awaits(Args known) {
    return signature().argument(Signature.Role.DEADLINE).map(_ -> AwaitedState.ANYTHING);
  }

  /**
   * What Consul's ACLs must let it do, as far as that can be told from some of its arguments: a run
   * asks for all of it before it changes anything.
   *
   * @param known the arguments that are known; others may have been given
   */
  default Set<ConsulRight> rights(Args known) {
    Set<ConsulRight> rights = new HashSet<>();
    for (Resource resource : mayTouch(known)) {
      if (resource instanceof Resource.Key(String key) && !key.isEmpty() && !key.endsWith("/")) {
        rights.add(new ConsulRight.Key(key, true));
      }
    }
    return rights;
  }

  /** How long a change may take until a read shows it: some servers act a little later. */
  default Duration settles(W want) {
    return Duration.ZERO;
  }

  /**
   * The deadline of a step that waits and gives no {@code timeout} of its own; empty for one that
   * never waits. Only a step that waits may return {@link Diff.NotYet}.
   */
  default Optional<Duration> waits(W want) {
    return Optional.empty();
  }

  /** The pause between two reads of a step that waits and gives no {@code every} of its own. */
  default Duration polls(W want) {
    return Duration.ofSeconds(1);
  }
}
