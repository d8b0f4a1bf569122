package io.rdpg.plan.run.sealed;

import io.rdpg.plan.language.model.Text;
import io.rdpg.plan.step.Effect;
import io.rdpg.plan.step.Observation;
import io.rdpg.plan.step.Read;
import io.rdpg.plan.step.SqlServer;
import io.rdpg.plan.target.Account;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Encodes reads, observations and effects canonically: equal bytes mean the same, different bytes
 * something else. What changes by itself or can't be predicted is omitted. The bytes contain
 * secrets in the clear.
 */
final class CanonicalBytes {
  private final StringBuilder bytes = new StringBuilder();

  private CanonicalBytes() {}

  /** What is done, where and as whom. */
  static byte[] of(Account at, Effect effect) {
    CanonicalBytes form = new CanonicalBytes().add("effect").account(at).add(effect.kind().word());
    switch (effect) {
      case Effect.WriteFile write ->
          form.add(write.path())
              .add(write.content())
              .add(write.owner())
              .add(write.group())
              .add(write.mode())
              .texts(write.validate())
              .add(write.backup());
      case Effect.RunSql sql ->
          form.add(sql.database())
              .add(sql.sql())
              .texts(sql.parameters())
              .add(sql.transaction())
              .words(new TreeSet<>(sql.retryOn()))
              .server(sql.server());
      case Effect.PutKey put -> form.add(put.key()).add(put.value()).add(condition(put.ifIndex()));
      case Effect.DeleteKey delete -> form.add(delete.key()).add(condition(delete.ifIndex()));
      case Effect.Register register -> form.registration(register.registration());
      case Effect.Deregister gone -> form.add(gone.id()).add(gone.name());
      case Effect.ForgetMember gone -> form.add(gone.name());
      case Effect.RunCommand command ->
          form.texts(command.argv()).add(command.stdin()).environment(command.environment());
      case Effect.Reload reload ->
          form.add(reload.service())
              .how(reload.how())
              .stamp(reload.stamp())
              .acceptance(reload.acceptance());
    }
    return form.toBytes();
  }

  /** A forecast can't know an index that Consul will give. */
  private static String condition(@Nullable Long ifIndex) {
    return ifIndex == null ? "always" : ifIndex == 0 ? "if absent" : "as looked at";
  }

  /** What is asked, where and as whom. */
  static byte[] of(Account at, Read<?> read) {
    CanonicalBytes form = new CanonicalBytes().add("look").account(at);
    switch (read) {
      case Read.FileAt file -> form.add("file").add(file.path());
      case Read.Placing placing ->
          form.add("placing").add(placing.path()).add(placing.owner()).add(placing.group());
      case Read.Query query ->
          form.add("query")
              .add(query.database())
              .add(query.sql())
              .texts(query.parameters())
              .add(query.fresh())
              .server(query.server());
      case Read.Key key -> form.add("key").add(key.key());
      case Read.Registered registered ->
          form.add("registered").add(registered.id()).add(registered.name());
      case Read.Service service -> form.add("service").add(service.name());
      case Read.Member member -> form.add("member").add(member.name());
      case Read.Locks locks -> form.add("locks").add(locks.prefix());
      case Read.Port port -> form.add("port").add(port.host()).add(port.port());
      case Read.Http http -> form.add("http").add(http.url());
      case Read.Probe probe ->
          form.add("probe").texts(probe.argv()).environment(probe.environment());
      case Read.Configuration configuration ->
          form.add("configuration")
              .add(configuration.service())
              .words(configuration.files())
              .add(configuration.stamp())
              .process(configuration.process())
              .add(configuration.accepted());
    }
    return form.toBytes();
  }

  /** An observation, without what changes by itself. */
  static byte[] of(Observation observation) {
    CanonicalBytes form = new CanonicalBytes().add("answer");
    switch (observation) {
      case Observation.NoFile _, Observation.NoDirectory _ ->
          form.add("no file"); // nothing rests on which
      case Observation.File file ->
          form.add("file").add(file.content()).add(file.owner()).add(file.group()).add(file.mode());
      case Observation.OtherFile other -> form.add("other file").add(other.what());
      case Observation.Place place -> form.add("place").add(place.hindrance());
      case Observation.NoPlace place -> form.add("no place").add(place.what());
      case Observation.Table table -> form.add("table").table(table);
      case Observation.NoKey _ -> form.add("no key");
      case Observation.KeyValue value -> form.add("key").add(value.value());
      case Observation.NoRegistration _ -> form.add("no registration");
      case Observation.Existing existing ->
          form.add(existing.followed() ? "existing" : "existing, not followed")
              .registration(existing.registration());
      case Observation.LeftBehind left -> form.add("left behind").registration(left.registration());
      case Observation.Instances instances ->
          form.add("instances").instances(instances.instances());
      case Observation.NoMember _ -> form.add("no member");
      case Observation.Member member -> form.add("member").add(member.alive());
      case Observation.LocksHeld held ->
          form.add("locks").words(held.locks().stream().map(Observation.LockState::key).toList());
      case Observation.Reachable reachable -> form.add("reachable").add(reachable.open());
      case Observation.HttpReply reply -> form.add("http").add(reply.status());
      case Observation.CommandResult result ->
          form.add("command").add(result.exit()).add(result.stdout());
      case Observation.ConfigurationState state ->
          form.add("configuration")
              .words(state.missing())
              .add(state.hash())
              .add(state.changed())
              .add(state.stamp())
              .add(state.process() == null ? null : state.process().word());
    }
    return form.toBytes();
  }

  /** That of the user who logs in is the node alone. */
  private CanonicalBytes account(Account at) {
    add(at.node());
    return at.user() == null ? this : add("as").add(at.user());
  }

  private void table(Observation.Table table) {
    words(table.columns());
    add(table.rows().size());
    for (Map<String, @Nullable Object> row : table.rows()) {
      for (String column : table.columns()) {
        Object value = row.get(column);
        add(value == null ? null : value.getClass().getSimpleName()).add(value);
      }
    }
  }

  private void instances(List<Observation.Instance> instances) {
    TreeSet<String> each = new TreeSet<>();
    for (Observation.Instance one : instances) {
      CanonicalBytes form = new CanonicalBytes();
      each.add(
          form.add(one.node()).add(one.id()).add(one.address()).add(one.port()).bytes.toString());
    }
    words(each);
  }

  private void registration(Observation.Registration service) {
    add(service.id()).add(service.name()).add(service.address()).add(service.port());
    words(service.tags());
    Observation.Check check = service.check();
    add(check != null);
    if (check != null) {
      add(check.type()).words(check.target()).add(check.interval()).add(check.timeout());
    }
  }

  private CanonicalBytes how(Effect.How how) {
    switch (how) {
      case Effect.How.Signal signal -> add("signal").add(signal.signal()).add(signal.pidFile());
      case Effect.How.Systemd systemd -> add("systemd").add(systemd.unit());
      case Effect.How.Command command -> add("command").texts(command.argv());
      case Effect.How.Sql sql -> add("sql").add(sql.database()).add(sql.sql());
      case Effect.How.ConsulAgent agent -> add("consul agent").undo(agent.undo());
    }
    return this;
  }

  private void undo(Effect.@Nullable Undo undo) {
    add(undo != null);
    if (undo != null) {
      Effect.WriteFile before = undo.before();
      add(undo.path()).add(undo.hash()).add(before != null);
      if (before != null) {
        add(before.content()).add(before.owner()).add(before.group()).add(before.mode());
      }
    }
  }

  private CanonicalBytes stamp(Effect.@Nullable Stamp stamp) {
    add(stamp != null);
    if (stamp != null) {
      add(stamp.path())
          .add(stamp.hash())
          .process(stamp.process())
          .add(stamp.newProcess())
          .add(stamp.deadline());
    }
    return this;
  }

  private void acceptance(Effect.@Nullable Acceptance asked) {
    add(asked != null);
    if (asked != null) {
      words(asked.files()).add(asked.hash()).texts(asked.validate()).texts(asked.probe());
      log(asked.log());
      Effect.SqlProbes sql = asked.sql();
      add(sql == null ? null : sql.errors().sql())
          .add(sql == null || sql.holds() == null ? null : sql.holds().sql())
          .add(asked.putBack());
    }
  }

  private void log(Effect.@Nullable Log log) {
    add(log != null);
    if (log != null) {
      add(log.refused());
      switch (log.at()) {
        case Effect.LogAt.File file -> add("file").add(file.path());
        case Effect.LogAt.Journal journal -> add("journal").add(journal.unit());
      }
    }
  }

  private CanonicalBytes process(Read.@Nullable ProcessAt process) {
    return switch (process) {
      case null -> add(null);
      case Read.ProcessAt.PidFile file ->
          add("pid file").add(file.path()).add(file.newestWorker()).add(file.words().toString());
      case Read.ProcessAt.Systemd systemd ->
          add("systemd").add(systemd.unit()).add(systemd.newestWorker());
    };
  }

  private void server(@Nullable SqlServer server) {
    if (server != null) {
      add("server")
          .add(server.host())
          .add(server.port())
          .add(server.user())
          .add(server.password())
          .add(server.console());
    }
  }

  private void environment(Map<String, Text> environment) {
    add(environment.size());
    new TreeMap<>(environment).forEach((name, value) -> add(name).add(value));
  }

  private CanonicalBytes texts(List<Text> texts) {
    add(texts.size());
    texts.forEach(this::add);
    return this;
  }

  private CanonicalBytes words(Iterable<String> words) {
    int count = 0;
    for (String _ : words) {
      count++;
    }
    add(count);
    words.forEach(this::add);
    return this;
  }

  /** Each part with its length before it, so that no two lists of parts are encoded alike. */
  private CanonicalBytes add(@Nullable Object part) {
    if (part == null) {
      bytes.append("-;");
    } else {
      String text = part instanceof Text secret ? secret.reveal() : part.toString();
      bytes.append(text.length()).append(':').append(text).append(';');
    }
    return this;
  }

  private byte[] toBytes() {
    return bytes.toString().getBytes(StandardCharsets.UTF_8);
  }
}
