package io.rdpg.plan.forecast;

import io.rdpg.plan.model.Text;
import io.rdpg.plan.step.Answer;
import io.rdpg.plan.step.ContentHash;
import io.rdpg.plan.step.Effect;
import io.rdpg.plan.step.Look;
import io.rdpg.plan.step.Thing;
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
 * Answers of one node after effects that were laid over the world: keys, files, registrations and
 * running configurations as the effects say, empty where they can't say it.
 *
 * @param world what the world itself answers on this node
 * @param laid all that was laid, on every node, in order
 */
record Overlay(String node, Function<Look<?>, Answer> world, List<Laid> laid) {
  /** After everything that has happened: when what is laid would be done. */
  private static final Instant LATER = Instant.parse("9999-01-01T00:00:00Z");

  /**
   * A look's answer.
   *
   * @param on what was laid on the things that it sees; not empty
   */
  Optional<? extends Answer> answer(Look<?> look, List<Laid> on) {
    if (look instanceof Look.FileAt file) {
      return file(file, on);
    }
    if (on.stream().anyMatch(one -> isOpaque(one) && !onlyMakesFoldersOf(look, one))) {
      return Optional.empty();
    }
    return switch (look) {
      case Look.Key key -> key(key, on.getLast().effect());
      case Look.Registered asked -> Optional.of(registration(asked, on));
      case Look.Service service ->
          Optional.of(instances(service.name(), (Answer.Instances) world.apply(service), on));
      case Look.Configuration configuration -> configuration(configuration, on);
      case Look.FileAt _, Look.Query _, Look.Port _, Look.Http _, Look.Probe _ -> Optional.empty();
    };
  }

  private static boolean isOpaque(Laid one) {
    return one.effect() == null || one.effect() instanceof Effect.RunCommand;
  }

  private boolean onlyMakesFoldersOf(Look<?> look, Laid one) {
    return look instanceof Look.Configuration
        && look.sees().stream()
            .filter(thing -> one.concerns(node, Set.of(thing)))
            .allMatch(thing -> one.makesPlaceOf(Set.of(thing)));
  }

  private static Optional<Answer.KeyState> key(Look.Key look, @Nullable Effect last) {
    if (last instanceof Effect.PutKey put && put.key().equals(look.key())) {
      return Optional.of(new Answer.KeyValue(put.value(), -1));
    }
    return last instanceof Effect.DeleteKey gone && gone.key().equals(look.key())
        ? Optional.of(new Answer.NoKey())
        : Optional.empty();
  }

  private Optional<Answer.FileState> file(Look.FileAt look, List<Laid> on) {
    Answer.FileState state = (Answer.FileState) world.apply(look);
    boolean known = true;
    for (Laid one : on) {
      switch (one.effect()) {
        case Effect.WriteFile write when write.path().equals(look.path()) -> {
          known |= write.owner() != null && write.group() != null && write.mode() != null;
          state = written(write, state);
        }
        case Effect.WriteFile _ -> {} // no folder comes or goes by it
        case null, default -> {
          boolean makesFolder = state instanceof Answer.NoFolder && one.makesPlaceOf(look.sees());
          known &= makesFolder;
          state =
              makesFolder && one.makes().contains(MissingFolder.of(look.path()))
                  ? new Answer.NoFile()
                  : state;
        }
      }
    }
    return known ? Optional.of(state) : Optional.empty();
  }

  private static Answer.File written(Effect.WriteFile write, Answer.FileState before) {
    Answer.File old =
        before instanceof Answer.File file ? file : new Answer.File(Text.EMPTY, "", "", 0644);
    return new Answer.File(
        write.content(),
        write.owner() == null ? old.owner() : write.owner(),
        write.group() == null ? old.group() : write.group(),
        write.mode() == null ? old.mode() : write.mode());
  }

  /** An agent's registrations are its own, although all see the services that they make. */
  private Answer registration(Look.Registered look, List<Laid> on) {
    return switch (ownLast(look.id(), on)) {
      case Effect.Register register -> new Answer.Existing(register.registration());
      case null -> world.apply(look);
      default -> new Answer.NoRegistration();
    };
  }

  private @Nullable Effect ownLast(String id, List<Laid> on) {
    Effect last = null;
    for (Laid one : on) {
      Effect effect = one.effect();
      if (effect != null && one.node().equals(node) && effect.target().equals(id)) {
        last = effect;
      }
    }
    return last;
  }

  private static Answer.Instances instances(String name, Answer.Instances before, List<Laid> on) {
    Map<String, Answer.Instance> byId = new LinkedHashMap<>();
    before.instances().forEach(i -> byId.put(i.node() + "/" + i.id(), i));
    for (Laid one : on) {
      if (one.effect() instanceof Effect.Register register) {
        Answer.Registration service = register.registration();
        if (!service.name().equals(name)) {
          byId.remove(one.node() + "/" + service.id()); // the id is another service's now
          continue;
        }
        byId.put(
            one.node() + "/" + service.id(),
            new Answer.Instance(
                one.node(),
                service.id(),
                service.address() == null ? "" : service.address(),
                service.port(),
                false));
      } else if (one.effect() instanceof Effect.Deregister gone) {
        byId.remove(one.node() + "/" + gone.id());
      }
    }
    return new Answer.Instances(List.copyOf(byId.values()));
  }

  /** Configuration that was laid is newer than every process, until a reload is laid on it. */
  private Optional<Answer.ConfigurationState> configuration(
      Look.Configuration look, List<Laid> on) {
    Answer.ConfigurationState now = (Answer.ConfigurationState) world.apply(look);
    List<String> missing = new ArrayList<>();
    StringBuilder contents = new StringBuilder();
    Instant changed = now.changed();
    boolean laidAny = false;
    for (String path : look.files()) {
      Look.FileAt file = new Look.FileAt(path);
      List<Laid> written = on.stream().filter(one -> one.concerns(node, file.sees())).toList();
      Optional<Answer.FileState> state =
          written.isEmpty()
              ? Optional.of((Answer.FileState) world.apply(file))
              : file(file, written);
      if (state.isEmpty()) {
        return Optional.empty();
      }
      if (state.get() instanceof Answer.File present) {
        contents.append(present.content().reveal());
      } else {
        missing.add(path);
      }
      if (!written.isEmpty()) {
        laidAny = true;
        changed = at(written.getLast());
      }
    }
    String stamp = look.stamp();
    String noFolder = now.stampFolder();
    Laid reload = null;
    if (stamp != null) {
      Set<Thing> stamped = Set.of(new Thing.File(stamp));
      for (Laid one : on) {
        if (stamps(look, one)) {
          reload = one;
        } else if (noFolder != null && one.makesPlaceOf(stamped)) {
          noFolder = one.makes().contains(MissingFolder.of(stamp)) ? null : noFolder;
        } else if (one.concerns(node, stamped)) {
          return Optional.empty();
        }
      }
    }
    Answer.ConfigurationState written =
        new Answer.ConfigurationState(
            missing,
            laidAny ? ContentHash.of(Text.plain(contents.toString())) : now.hash(),
            changed,
            now.stamp(),
            now.stamped(),
            noFolder,
            now.process());
    return reload == null ? Optional.of(written) : reloaded(written, look, reload);
  }

  private static boolean stamps(Look.Configuration look, Laid one) {
    return one.effect() instanceof Effect.Reload reload
        && reload.service().equals(look.service())
        && reload.stamp() != null
        && reload.stamp().path().equals(look.stamp());
  }

  /** A stamp names the process that its reload was asked to find, not the one looked for now. */
  private static Optional<Answer.ConfigurationState> reloaded(
      Answer.ConfigurationState state, Look.Configuration look, Laid reload) {
    if (!(reload.effect() instanceof Effect.Reload taken) || taken.stamp() == null) {
      return Optional.of(state);
    }
    Look.ProcessAt found = taken.stamp().process();
    if (found != null && !found.equals(look.process())) {
      return Optional.empty();
    }
    Answer.ProcessIdentity process = found == null ? null : state.process();
    return Optional.of(
        new Answer.ConfigurationState(
            state.missing(),
            state.hash(),
            state.changed(),
            taken.stamp().hash() + (process == null ? "" : " " + process.word()),
            at(reload),
            null,
            state.process()));
  }

  private static Instant at(Laid one) {
    return LATER.plusSeconds(one.number());
  }
}
