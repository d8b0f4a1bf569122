package io.rdpg.plan.run.sealed;

import io.rdpg.plan.step.Observation;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Describes observations in a few words for people. A server's reply may contain a secret that is
 * not marked, so contents, values and rows are described by their size alone, without hashes that
 * could be guessed from.
 */
final class ObservationText {
  private ObservationText() {}

  static String of(Observation observation) {
    return switch (observation) {
      case Observation.NoFile _ -> "no file";
      case Observation.NoDirectory none -> "no directory " + none.directory();
      case Observation.File file ->
          "a file of %d characters (%s:%s, mode %04o)"
              .formatted(file.content().reveal().length(), file.owner(), file.group(), file.mode());
      case Observation.OtherFile other -> other.what();
      case Observation.Place place ->
          place.hindrance() == null ? "room for a file" : place.hindrance();
      case Observation.NoPlace place -> "no " + place.what();
      case Observation.Table table -> table(table);
      case Observation.NoKey _ -> "no key";
      case Observation.KeyValue value ->
          "a value of " + value.value().reveal().length() + " characters";
      case Observation.NoRegistration _ -> "no registration";
      case Observation.Existing existing ->
          registration(existing.registration())
              + (existing.followed() ? "" : ", which the catalog isn't told of");
      case Observation.LeftBehind left ->
          registration(left.registration()) + ", which only the catalog has";
      case Observation.Instances instances -> instances(instances.instances());
      case Observation.NoMember _ -> "no member of Consul";
      case Observation.Member member ->
          member.alive() ? "a living member of Consul" : "a failed member of Consul";
      case Observation.LocksHeld held ->
          held.locks().isEmpty() ? "no lock held" : held.locks().size() + " locks held";
      case Observation.Reachable reachable -> reachable.open() ? "open" : "closed";
      case Observation.HttpReply reply ->
          reply.status() == 0 ? "no answer" : "status " + reply.status();
      case Observation.CommandResult result -> "exit code " + result.exit();
      case Observation.ConfigurationState state -> configuration(state);
    };
  }

  private static String table(Observation.Table table) {
    if (table.rows().isEmpty()) {
      return "no row";
    }
    if (table.rows().size() > 1) {
      return table.rows().size() + " rows";
    }
    Map<String, @Nullable Object> row = table.rows().getFirst();
    return table.columns().size() == 1
            && row.get(table.columns().getFirst()) instanceof Boolean truth
        ? truth.toString()
        : "one row";
  }

  private static String registration(Observation.Registration service) {
    return "service "
        + service.name()
        + " at "
        + (service.address() == null ? "the agent's address" : service.address())
        + ", port "
        + service.port();
  }

  private static String instances(List<Observation.Instance> instances) {
    return instances.isEmpty()
        ? "no instance"
        : instances.stream()
            .map(one -> one.id() + " on " + one.node())
            .sorted()
            .collect(Collectors.joining(", "));
  }

  private static String configuration(Observation.ConfigurationState state) {
    Observation.ProcessIdentity process = state.process();
    return (state.missing().isEmpty()
            ? "all files there"
            : String.join(", ", state.missing()) + " missing")
        + (state.changed() == null ? "" : ", last changed " + state.changed())
        + (state.stamp() == null ? ", no stamp of a reload" : ", stamped by a reload")
        + (process == null ? "" : ", process " + process.pid())
        + (state.hash().equals(state.accepted()) ? ", kept as accepted" : "");
  }
}
