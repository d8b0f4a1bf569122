package io.rdpg.plan.primitives;

import static io.rdpg.plan.model.Signature.Argument.optional;
import static io.rdpg.plan.model.Signature.Argument.required;

import io.rdpg.plan.diag.Code;
import io.rdpg.plan.model.Signature;
import io.rdpg.plan.model.Signature.Kind;
import io.rdpg.plan.model.Text;
import io.rdpg.plan.step.Answer;
import io.rdpg.plan.step.Answers;
import io.rdpg.plan.step.Args;
import io.rdpg.plan.step.Diff;
import io.rdpg.plan.step.Effect;
import io.rdpg.plan.step.Look;
import io.rdpg.plan.step.Primitive;
import io.rdpg.plan.step.Thing;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Keeps a key in Consul at a value, or claims it once and for all. */
public final class ConsulKv implements Primitive<ConsulKv.Want> {

  /** What the author wants of a key. */
  public sealed interface Want {
    Look.Key key();
  }

  /** This value, whatever was there. */
  record Holds(Look.Key key, Text value) implements Want {}

  /** This value if the key is absent; any value that is there is as good. */
  record Claimed(Look.Key key, Text value) implements Want {}

  /** This value in place of that one, and of no other. */
  record Replaced(Look.Key key, Text value, Text old) implements Want {}

  record Gone(Look.Key key) implements Want {}

  @Override
  public Signature signature() {
    return new Signature(
        "consul_kv",
        "Keeps a key in Consul at a value, or claims it once and for all.",
        "value equal; with `if_absent`, any value",
        List.of(
            required("key", Kind.TEXT, "the key, without a leading slash")
                .such("\"rdpg/{{ cluster.id }}/leader\""),
            optional("value", Kind.TEXT, "what it is to hold").such("\"{{ node.address }}\""),
            optional("if_absent", Kind.BOOL, "only when the key is absent (compare-and-set on 0)"),
            optional("if_value", Kind.TEXT, "only when the key holds this value (compare-and-set)"),
            optional("absent", Kind.BOOL, "the key is to be gone")),
        List.of(
            new Signature.ExactlyOne(List.of("value", "absent")),
            new Signature.AtMostOne(List.of("if_absent", "if_value", "absent"))),
        List.of(Registered.FOUND, Registered.VALUE, Registered.CHANGED),
        """
        - name: claim the lead
          consul_kv:
            key: "rdpg/{{ cluster.id }}/leader"
            value: "{{ node.address }}"
            if_absent: true
          register: leader
        """);
  }

  @Override
  public Want decode(Args args) {
    Look.Key key = new Look.Key(args.requiredName("key"));
    if (args.flag("absent")) {
      return new Gone(key);
    }
    Text value = args.requiredText("value");
    if (args.flag("if_absent")) {
      return new Claimed(key, value);
    }
    return args.text("if_value")
        .<Want>map(old -> new Replaced(key, value, old))
        .orElseGet(() -> new Holds(key, value));
  }

  @Override
  public List<Look<?>> looks(Want want) {
    return List.of(want.key());
  }

  @Override
  public Set<Thing> mayTouch(Args known) {
    return Set.of(new Thing.Key(known.name("key").orElse("")));
  }

  @Override
  public Set<Thing> brings(Args known) {
    return known.flag("absent") ? Set.of() : mayTouch(known);
  }

  @Override
  public Diff diff(Want want, Answers answers) {
    Answer.KeyState state = answers.of(want.key());
    return switch (want) {
      case Gone _ ->
          switch (state) {
            case Answer.NoKey _ -> new Diff.InSync("the key is absent", Registered.key(state));
            case Answer.KeyValue at ->
                change(
                    new Effect.DeleteKey(want.key().key(), at.index()),
                    "the key is there",
                    null,
                    Registered.key(new Answer.NoKey()));
          };
      case Holds holds ->
          switch (state) {
            case Answer.KeyValue at when at.value().equals(holds.value()) ->
                inSync("the value is equal", holds.value());
            case Answer.KeyValue at ->
                set(holds.key(), holds.value(), null, Registered.as(holds.value(), at.value()));
            case Answer.NoKey _ -> make(holds.key(), holds.value(), null);
          };
      case Claimed claimed ->
          switch (state) {
            case Answer.KeyValue at -> {
              Text value = Registered.as(claimed.value(), at.value());
              yield inSync("the key already holds '" + value + "'", value);
            }
            case Answer.NoKey _ -> make(claimed.key(), claimed.value(), 0L);
          };
      case Replaced replaced ->
          switch (state) {
            case Answer.KeyValue at when at.value().equals(replaced.value()) ->
                inSync("the value is equal", replaced.value());
            case Answer.KeyValue at when at.value().equals(replaced.old()) ->
                set(replaced.key(), replaced.value(), at.index(), replaced.old());
            case Answer.KeyValue at ->
                refuse(replaced, "holds '" + Registered.as(replaced.old(), at.value()) + "'");
            case Answer.NoKey _ -> refuse(replaced, "is absent");
          };
    };
  }

  private static Diff refuse(Replaced want, String found) {
    return new Diff.Refused(
        Code.CONSUL_WRITE_REFUSED,
        "key " + want.key().key() + " " + found + ", so '" + want.old() + "' is not replaced in it",
        "look at the key and decide again which value is to be replaced");
  }

  private static Diff inSync(String because, Text value) {
    return new Diff.InSync(because, Registered.key(value));
  }

  private static Diff make(Look.Key key, Text value, @Nullable Long ifIndex) {
    return change(
        new Effect.PutKey(key.key(), value, ifIndex),
        "the key is absent",
        null,
        Registered.key(value));
  }

  /**
   * @param old what the key holds, marked where it is secret
   */
  private static Diff set(Look.Key key, Text value, @Nullable Long ifIndex, Text old) {
    return change(
        new Effect.PutKey(key.key(), value, ifIndex),
        "the key holds '" + old + "'",
        ValueDiff.of(old, value),
        Registered.key(value));
  }

  private static Diff change(
      Effect effect,
      String because,
      @Nullable String detail,
      Map<String, @Nullable Object> registered) {
    return new Diff.Change(List.of(effect), because, detail, true, registered);
  }
}
