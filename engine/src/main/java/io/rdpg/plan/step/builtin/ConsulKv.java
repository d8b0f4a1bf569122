package io.rdpg.plan.step.builtin;

import static io.rdpg.plan.language.model.Signature.Argument.optional;
import static io.rdpg.plan.language.model.Signature.Argument.required;

import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.model.Signature;
import io.rdpg.plan.language.model.Signature.Category;
import io.rdpg.plan.language.model.Signature.Kind;
import io.rdpg.plan.language.model.Signature.Role;
import io.rdpg.plan.language.model.Text;
import io.rdpg.plan.step.Args;
import io.rdpg.plan.step.Diff;
import io.rdpg.plan.step.Effect;
import io.rdpg.plan.step.Observation;
import io.rdpg.plan.step.Observations;
import io.rdpg.plan.step.Primitive;
import io.rdpg.plan.step.Read;
import io.rdpg.plan.step.Resource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Keeps a key in Consul at a value, or claims it once and for all. */
public final class ConsulKv implements Primitive<ConsulKv.Want> {

  /** What the author wants of a key. */
  public sealed interface Want {
    Read.Key key();
  }

  /** This value, whatever was there. */
  record Holds(Read.Key key, Text value) implements Want {}

  /** This value if the key is absent; any value that is there is as good. */
  record Claimed(Read.Key key, Text value) implements Want {}

  /** This value in place of that one, and of no other. */
  record Replaced(Read.Key key, Text value, Text old) implements Want {}

  record Gone(Read.Key key) implements Want {}

  @Override
  public Signature signature() {
    return new Signature(
        "consul_kv",
        Category.KEY,
        "Keeps a key in Consul at a value, or claims it once.",
        "value equal; with `if_absent`, any value",
        List.of(
            required("key", Kind.TEXT, "the key, without a leading slash")
                .such("\"rdpg/{{ cluster.id }}/leader\"")
                .subject("key")
                .as(Role.RESOURCE),
            optional("value", Kind.TEXT, "its value").such("\"{{ node.address }}\""),
            optional("if_absent", Kind.BOOL, "only when the key is absent (compare-and-set on 0)")
                .as(Role.PRECONDITION),
            optional("if_value", Kind.TEXT, "only when the key has this value (compare-and-set)")
                .as(Role.PRECONDITION),
            optional("absent", Kind.BOOL, "delete the key")),
        List.of(
            new Signature.ExactlyOne(List.of("value", "absent")),
            new Signature.AtMostOne(List.of("if_absent", "if_value", "absent"))),
        List.of(RegisteredFields.FOUND, RegisteredFields.VALUE, RegisteredFields.CHANGED),
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
    Read.Key key = new Read.Key(args.requiredKey("key"));
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
  public List<Read<?>> reads(Want want) {
    return List.of(want.key());
  }

  @Override
  public Set<Resource> mayTouch(Args known) {
    return Set.of(new Resource.Key(known.name("key").orElse("")));
  }

  @Override
  public Set<Resource> produces(Args known) {
    return known.flag("absent") ? Set.of() : mayTouch(known);
  }

  @Override
  public Diff diff(Want want, Observations observations) {
    Observation.KeyState state = observations.of(want.key());
    return switch (want) {
      case Gone _ ->
          switch (state) {
            case Observation.NoKey _ ->
                new Diff.InSync("the key is absent", RegisteredFields.key(state));
            case Observation.KeyValue at ->
                change(
                    new Effect.DeleteKey(want.key().key(), at.index()),
                    "the key exists",
                    null,
                    RegisteredFields.key(new Observation.NoKey()));
          };
      case Holds holds ->
          switch (state) {
            case Observation.KeyValue at when at.value().equals(holds.value()) ->
                inSync("the value is equal", holds.value());
            case Observation.KeyValue at ->
                set(
                    holds.key(),
                    holds.value(),
                    null,
                    RegisteredFields.as(holds.value(), at.value()));
            case Observation.NoKey _ -> make(holds.key(), holds.value(), null);
          };
      case Claimed claimed ->
          switch (state) {
            case Observation.KeyValue at -> {
              Text value = RegisteredFields.as(claimed.value(), at.value());
              yield inSync("the key already holds '" + value + "'", value);
            }
            case Observation.NoKey _ -> make(claimed.key(), claimed.value(), 0L);
          };
      case Replaced replaced ->
          switch (state) {
            case Observation.KeyValue at when at.value().equals(replaced.value()) ->
                inSync("the value is equal", replaced.value());
            case Observation.KeyValue at when at.value().equals(replaced.old()) ->
                set(
                    replaced.key(),
                    replaced.value(),
                    at.index(),
                    RegisteredFields.as(replaced.value(), replaced.old()));
            case Observation.KeyValue at ->
                refuse(replaced, "holds '" + RegisteredFields.as(replaced.old(), at.value()) + "'");
            case Observation.NoKey _ -> refuse(replaced, "is absent");
          };
    };
  }

  private static Diff refuse(Replaced want, String found) {
    return new Diff.Refused(
        Code.CONSUL_WRITE_REFUSED,
        "key " + want.key().key() + " " + found + ", so '" + want.old() + "' is not replaced in it",
        "check the key and decide again which value is to be replaced");
  }

  private static Diff inSync(String because, Text value) {
    return new Diff.InSync(because, RegisteredFields.key(value));
  }

  private static Diff make(Read.Key key, Text value, @Nullable Long ifIndex) {
    return change(
        new Effect.PutKey(key.key(), value, ifIndex),
        "the key is absent",
        null,
        RegisteredFields.key(value));
  }

  /**
   * @param old what the key holds, marked where it is secret
   */
  private static Diff set(Read.Key key, Text value, @Nullable Long ifIndex, Text old) {
    return change(
        new Effect.PutKey(key.key(), value, ifIndex),
        "the key holds '" + old + "'",
        ValueDiff.of(old, value),
        RegisteredFields.key(value));
  }

  private static Diff change(
      Effect effect,
      String because,
      @Nullable String detail,
      Map<String, @Nullable Object> registered) {
    return new Diff.Change(List.of(effect), because, detail, true, registered);
  }
}
