package io.rdpg.plan.run.forecast;

import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Failure;
import io.rdpg.plan.language.model.Text;
import io.rdpg.plan.step.ContentHash;
import io.rdpg.plan.step.Effect;
import io.rdpg.plan.step.Observation;
import io.rdpg.plan.step.Read;
import io.rdpg.plan.step.Resource;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Answers reads on one node from predicted effects: keys, files, registrations and running
 * configurations; empty where they don't determine it.
 *
 * @param target the real state of this node
 */
record PredictedState(String node, Function<Read<?>, Observation> target) {
  /** After everything that has happened: the time of predicted effects. */
  private static final Instant LATER = Instant.parse("9999-01-01T00:00:00Z");

  /** What Consul says of each instance, and alone of one without a check of its own. */
  private static final Observation.CheckState OF_ITS_NODE =
      new Observation.CheckState("Serf Health Status", "passing", "Agent alive and reachable");

  /** Stands for the address of an agent until it is asked for. */
  private static final String AGENTS_OWN = "";

  /** Consul takes a new check for critical until it has passed. */
  private static final Observation.CheckState NOT_YET_PASSING =
      new Observation.CheckState("", "critical", "");

  /**
   * The observation of a read.
   *
   * @param on the predicted effects on the resources that it sees; not empty
   */
  Optional<? extends Observation> observation(Read<?> read, List<PredictedEffect> on) {
    if (read instanceof Read.FileAt file) {
      return file(file, on);
    }
    if (on.stream().anyMatch(one -> isOpaque(one) && !onlyMakesDirectoriesOf(read, one))) {
      return Optional.empty();
    }
    return switch (read) {
      case Read.Key key -> key(key, on.getLast().effect());
      case Read.Registered asked -> Optional.of(registration(asked, on));
      case Read.Service service ->
          instances(service.name(), (Observation.Instances) target.apply(service), on);
      case Read.Member _ -> Optional.of(new Observation.NoMember()); // only forgetting touches it
      case Read.Configuration configuration -> configuration(configuration, on);
      case Read.FileAt _,
          Read.Placing _,
          Read.Query _,
          Read.Locks _,
          Read.Port _,
          Read.Http _,
          Read.Probe _ ->
          Optional.empty();
    };
  }

  private static boolean isOpaque(PredictedEffect one) {
    return one.effect() == null || one.effect() instanceof Effect.RunCommand;
  }

  private boolean onlyMakesDirectoriesOf(Read<?> read, PredictedEffect one) {
    return read instanceof Read.Configuration
        && read.sees().stream()
            .filter(thing -> one.concerns(node, Set.of(thing)))
            .allMatch(thing -> one.makesPlaceOf(Set.of(thing)));
  }

  private static Optional<Observation.KeyState> key(Read.Key read, @Nullable Effect last) {
    if (last instanceof Effect.PutKey put && put.key().equals(read.key())) {
      return Optional.of(new Observation.KeyValue(put.value(), -1));
    }
    return last instanceof Effect.DeleteKey gone && gone.key().equals(read.key())
        ? Optional.of(new Observation.NoKey())
        : Optional.empty();
  }

  private Optional<Observation.FileState> file(Read.FileAt read, List<PredictedEffect> on) {
    Observation.FileState state = (Observation.FileState) target.apply(read);
    boolean known = true;
    for (PredictedEffect one : on) {
      if (one.effect() instanceof Effect.WriteFile write) {
        if (write.path().equals(read.path())) {
          known |= write.owner() != null && write.group() != null && write.mode() != null;
          state = written(write, state);
        } // else no directory comes or goes by it
      } else if (state instanceof Observation.NoDirectory && one.makesPlaceOf(read.sees())) {
        if (one.makes().contains(MissingDirectory.of(read.path()))) {
          state = new Observation.NoFile();
        }
      } else {
        known = false;
      }
    }
    return known ? Optional.of(state) : Optional.empty();
  }

  private static Observation.File written(Effect.WriteFile write, Observation.FileState before) {
    Observation.File old =
        before instanceof Observation.File file
            ? file
            : new Observation.File(Text.EMPTY, "", "", 0644);
    return new Observation.File(
        write.content(),
        write.owner() == null ? old.owner() : write.owner(),
        write.group() == null ? old.group() : write.group(),
        write.mode() == null ? old.mode() : write.mode());
  }

  /** An agent's registrations are its own, although all see the services that they make. */
  private Observation registration(Read.Registered read, List<PredictedEffect> on) {
    Effect last = ownLast(read.id(), on);
    if (last == null) {
      return target.apply(read);
    }
    return last instanceof Effect.Register register
        ? new Observation.Existing(register.registration())
        : new Observation.NoRegistration();
  }

  private @Nullable Effect ownLast(String id, List<PredictedEffect> on) {
    Effect last = null;
    for (PredictedEffect one : on) {
      Effect effect = one.effect();
      if (effect != null && one.node().equals(node) && effect.target().equals(id)) {
        last = effect;
      }
    }
    return last;
  }

  /**
   * Empty where one is to have its agent's address, and Consul doesn't tell which that is, and
   * where it isn't sure by which name Consul knows a node.
   */
  private Optional<Observation.Instances> instances(
      String name, Observation.Instances before, List<PredictedEffect> on) {
    Map<String, Observation.Instance> byId = new LinkedHashMap<>();
    before.instances().forEach(i -> byId.put(i.node() + "/" + i.id(), i));
    for (PredictedEffect one : on) {
      if (one.effect() instanceof Effect.Register register) {
        Observation.Registration service = register.registration();
        if (mayBeOfAnotherName(one.node(), service.id(), before)) {
          return Optional.empty();
        }
        if (!service.name().equals(name)) {
          byId.remove(one.node() + "/" + service.id()); // the id is another service's now
          continue;
        }
        byId.put(
            one.node() + "/" + service.id(),
            new Observation.Instance(
                one.node(),
                service.id(),
                service.address() == null ? AGENTS_OWN : service.address(),
                service.port(),
                List.of(service.check() == null ? OF_ITS_NODE : NOT_YET_PASSING)));
      } else if (one.effect() instanceof Effect.Deregister gone) {
        if (mayBeOfAnotherName(one.node(), gone.id(), before)) {
          return Optional.empty();
        }
        byId.remove(one.node() + "/" + gone.id());
      } else if (one.effect() instanceof Effect.ForgetMember gone) {
        byId.values().removeIf(instance -> instance.node().equals(gone.name()));
      }
    }
    List<Observation.Instance> known =
        byId.values().stream().flatMap(one -> addressed(one).stream()).toList();
    return known.size() < byId.size()
        ? Optional.empty()
        : Optional.of(new Observation.Instances(known));
  }

  /**
   * Whether an instance may be this node's although Consul calls it otherwise: nothing says that an
   * agent has its node's name in the inventory.
   */
  private boolean mayBeOfAnotherName(String of, String id, Observation.Instances before) {
    return before.instances().stream().noneMatch(instance -> instance.node().equals(of))
        && before.instances().stream().anyMatch(instance -> instance.id().equals(id))
        && agentsAddress(of).isEmpty();
  }

  private Optional<Observation.Instance> addressed(Observation.Instance one) {
    return one.address().equals(AGENTS_OWN)
        ? agentsAddress(one.node())
            .map(address ->
                new Observation.Instance(one.node(), one.id(), address, one.port(), one.checks()))
        : Optional.of(one);
  }

  /** Empty where Consul has no such node, or doesn't let this token see it. */
  private Optional<String> agentsAddress(String of) {
    try {
      return target.apply(new Read.Member(of)) instanceof Observation.Member member
          ? Optional.of(member.address())
          : Optional.empty();
    } catch (Failure failure) {
      if (failure.diagnostic().code() == Code.CONSUL_REFUSED) {
        return Optional.empty();
      }
      throw failure;
    }
  }

  /** These once the checks pass of those that are predicted. */
  static Observation.Instances passing(Observation.Instances instances) {
    return new Observation.Instances(
        instances.instances().stream()
            .map(one ->
                one.checks().equals(List.of(NOT_YET_PASSING))
                    ? new Observation.Instance(
                        one.node(), one.id(), one.address(), one.port(), List.of())
                    : one)
            .toList());
  }

  /** A predicted configuration is newer than every process, until a predicted reload. */
  private Optional<Observation.ConfigurationState> configuration(
      Read.Configuration read, List<PredictedEffect> on) {
    Observation.ConfigurationState now = (Observation.ConfigurationState) target.apply(read);
    List<String> missing = new ArrayList<>();
    StringBuilder contents = new StringBuilder();
    Instant changed = now.changed();
    boolean laidAny = false;
    for (String path : read.files()) {
      Read.FileAt file = new Read.FileAt(path);
      List<PredictedEffect> written =
          on.stream().filter(one -> one.concerns(node, file.sees())).toList();
      Optional<Observation.FileState> state =
          written.isEmpty()
              ? Optional.of((Observation.FileState) target.apply(file))
              : file(file, written);
      if (state.isEmpty()) {
        return Optional.empty();
      }
      if (state.get() instanceof Observation.File present) {
        contents.append(present.content().reveal());
      } else {
        missing.add(path);
      }
      if (!written.isEmpty()) {
        laidAny = true;
        changed = at(written.getLast());
      }
    }
    String stamp = read.stamp();
    String noDirectory = now.stampDirectory();
    PredictedEffect reload = null;
    if (stamp != null) {
      Set<Resource> stamped = Set.of(new Resource.File(stamp));
      for (PredictedEffect one : on) {
        if (stamps(read, one)) {
          reload = one;
        } else if (noDirectory != null && one.makesPlaceOf(stamped)) {
          noDirectory = one.makes().contains(MissingDirectory.of(stamp)) ? null : noDirectory;
        } else if (one.concerns(node, stamped)) {
          return Optional.empty();
        }
      }
    }
    String accepted = read.accepted() ? accepted(read, now, on) : null;
    Observation.ConfigurationState written =
        new Observation.ConfigurationState(
            missing,
            laidAny ? ContentHash.of(Text.plain(contents.toString())) : now.hash(),
            changed,
            now.stamp(),
            now.stamped(),
            noDirectory,
            now.process(),
            accepted);
    return reload == null ? Optional.of(written) : reloaded(written, read, reload);
  }

  private static boolean stamps(Read.Configuration read, PredictedEffect one) {
    return one.effect() instanceof Effect.Reload reload
        && reload.service().equals(read.service())
        && reload.stamp() != null
        && reload.stamp().path().equals(read.stamp());
  }

  /** A stamp names the process that its reload was asked to find, not the one that is read now. */
  private static Optional<Observation.ConfigurationState> reloaded(
      Observation.ConfigurationState state, Read.Configuration read, PredictedEffect reload) {
    if (!(reload.effect() instanceof Effect.Reload taken) || taken.stamp() == null) {
      return Optional.of(state);
    }
    Read.ProcessAt found = taken.stamp().process();
    if (found != null && !found.equals(read.process())) {
      return Optional.empty();
    }
    Observation.ProcessIdentity process = found == null ? null : state.process();
    return Optional.of(
        new Observation.ConfigurationState(
            state.missing(),
            state.hash(),
            state.changed(),
            taken.stamp().hash() + (process == null ? "" : " " + process.word()),
            at(reload),
            null,
            state.process(),
            state.accepted()));
  }

  /** What the last predicted reload has the service accept. */
  private static @Nullable String accepted(
      Read.Configuration read, Observation.ConfigurationState now, List<PredictedEffect> on) {
    String accepted = now.accepted();
    for (PredictedEffect one : on) {
      if (one.effect() instanceof Effect.Reload reload
          && reload.acceptance() != null
          && reload.acceptance().putBack()
          && reload.acceptance().files().equals(read.files())) {
        accepted = reload.acceptance().hash();
      }
    }
    return accepted;
  }

  private static Instant at(PredictedEffect one) {
    return LATER.plusSeconds(one.number());
  }
}
