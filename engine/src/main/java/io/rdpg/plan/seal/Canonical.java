package io.rdpg.plan.seal;

import io.rdpg.plan.model.Text;
import io.rdpg.plan.step.Answer;
import io.rdpg.plan.step.Effect;
import io.rdpg.plan.step.Look;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Looks, answers and effects as bytes: equal bytes mean the same, different bytes something else.
 * What moves by itself or can't be foretold is left out. The bytes hold secrets in the clear.
 */
final class Canonical {
  private final StringBuilder bytes = new StringBuilder();

  private Canonical() {}

  /** What is done, and at which node. */
  static byte[] of(String node, Effect effect) {
    Canonical form = new Canonical().add("effect").add(node).add(effect.kind());
    switch (effect) {
      case Effect.WriteFile write ->
          form.add(write.path())
              .add(write.content())
              .add(write.owner())
              .add(write.group())
              .add(write.mode())
              .texts(write.validate());
      case Effect.RunSql sql ->
          form.add(sql.database())
              .add(sql.sql())
              .texts(sql.parameters())
              .add(sql.transaction())
              .words(new TreeSet<>(sql.retryOn()));
      case Effect.PutKey put -> form.add(put.key()).add(put.value()).add(condition(put.ifIndex()));
      case Effect.DeleteKey delete -> form.add(delete.key()).add(condition(delete.ifIndex()));
      case Effect.Register register -> form.registration(register.registration());
      case Effect.Deregister gone -> form.add(gone.id()).add(gone.name());
      case Effect.RunCommand command ->
          form.texts(command.argv()).add(command.stdin()).environment(command.environment());
      case Effect.Reload reload ->
          form.add(reload.service()).how(reload.how()).stamp(reload.stamp());
    }
    return form.toBytes();
  }

  /** A forecast can't know an index that Consul will give. */
  private static String condition(@Nullable Long ifIndex) {
    return ifIndex == null ? "always" : ifIndex == 0 ? "if absent" : "as looked at";
  }

  /** What is asked, and where. */
  static byte[] of(String node, Look<?> look) {
    Canonical form = new Canonical().add("look").add(node);
    switch (look) {
      case Look.FileAt file -> form.add("file").add(file.path());
      case Look.Query query ->
          form.add("query")
              .add(query.database())
              .add(query.sql())
              .texts(query.parameters())
              .add(query.fresh());
      case Look.Key key -> form.add("key").add(key.key());
      case Look.Registered registered ->
          form.add("registered").add(registered.id()).add(registered.name());
      case Look.Service service -> form.add("service").add(service.name());
      case Look.Port port -> form.add("port").add(port.host()).add(port.port());
      case Look.Http http -> form.add("http").add(http.url());
      case Look.Probe probe ->
          form.add("probe").texts(probe.argv()).environment(probe.environment());
      case Look.Configuration configuration ->
          form.add("configuration")
              .add(configuration.service())
              .words(configuration.files())
              .add(configuration.stamp())
              .process(configuration.process());
    }
    return form.toBytes();
  }

  /** What was answered, but for what changes although nobody changed anything. */
  static byte[] of(Answer answer) {
    Canonical form = new Canonical().add("answer");
    switch (answer) {
      case Answer.NoFile _, Answer.NoFolder _ -> form.add("no file"); // nothing rests on which
      case Answer.File file ->
          form.add("file").add(file.content()).add(file.owner()).add(file.group()).add(file.mode());
      case Answer.OtherFile other -> form.add("other file").add(other.what());
      case Answer.NoPlace place -> form.add("no place").add(place.what());
      case Answer.Table table -> form.add("table").table(table);
      case Answer.NoKey _ -> form.add("no key");
      case Answer.KeyValue value -> form.add("key").add(value.value());
      case Answer.NoRegistration _ -> form.add("no registration");
      case Answer.Existing existing -> form.add("existing").registration(existing.registration());
      case Answer.Instances instances -> form.add("instances").instances(instances.instances());
      case Answer.Reachable reachable -> form.add("reachable").add(reachable.open());
      case Answer.HttpReply reply -> form.add("http").add(reply.status());
      case Answer.CommandResult result ->
          form.add("command").add(result.exit()).add(result.stdout());
      case Answer.ConfigurationState state ->
          form.add("configuration")
              .words(state.missing())
              .add(state.hash())
              .add(state.changed())
              .add(state.stamp())
              .add(state.process() == null ? null : state.process().word());
    }
    return form.toBytes();
  }

  private void table(Answer.Table table) {
    words(table.columns());
    add(table.rows().size());
    for (Map<String, @Nullable Object> row : table.rows()) {
      for (String column : table.columns()) {
        Object value = row.get(column);
        add(value == null ? null : value.getClass().getSimpleName()).add(value);
      }
    }
  }

  private void instances(List<Answer.Instance> instances) {
    TreeSet<String> each = new TreeSet<>();
    for (Answer.Instance one : instances) {
      Canonical form = new Canonical();
      each.add(
          form.add(one.node()).add(one.id()).add(one.address()).add(one.port()).bytes.toString());
    }
    words(each);
  }

  private void registration(Answer.Registration service) {
    add(service.id()).add(service.name()).add(service.address()).add(service.port());
    words(service.tags());
    Answer.Check check = service.check();
    add(check != null);
    if (check != null) {
      add(check.type()).words(check.target()).add(check.interval()).add(check.timeout());
    }
  }

  private Canonical how(Effect.How how) {
    switch (how) {
      case Effect.How.Signal signal -> add("signal").add(signal.signal()).add(signal.pidFile());
      case Effect.How.Systemd systemd -> add("systemd").add(systemd.unit());
      case Effect.How.Command command -> add("command").texts(command.argv());
      case Effect.How.Sql sql -> add("sql").add(sql.database()).add(sql.sql());
      case Effect.How.ConsulAgent _ -> add("consul agent");
    }
    return this;
  }

  private void stamp(Effect.@Nullable Stamp stamp) {
    add(stamp != null);
    if (stamp != null) {
      add(stamp.path())
          .add(stamp.hash())
          .process(stamp.process())
          .add(stamp.newProcess())
          .add(stamp.deadline());
    }
  }

  private Canonical process(Look.@Nullable ProcessAt process) {
    return switch (process) {
      case null -> add(null);
      case Look.ProcessAt.PidFile file -> add("pid file").add(file.path()).add(file.newestWorker());
      case Look.ProcessAt.Systemd systemd -> add("systemd").add(systemd.unit());
    };
  }

  private void environment(Map<String, Text> environment) {
    add(environment.size());
    new TreeMap<>(environment).forEach((name, value) -> add(name).add(value));
  }

  private Canonical texts(List<Text> texts) {
    add(texts.size());
    texts.forEach(this::add);
    return this;
  }

  private Canonical words(Iterable<String> words) {
    int count = 0;
    for (String _ : words) {
      count++;
    }
    add(count);
    words.forEach(this::add);
    return this;
  }

  /** Each part with its length before it, so that no two lists of parts look the same. */
  private Canonical add(@Nullable Object part) {
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
