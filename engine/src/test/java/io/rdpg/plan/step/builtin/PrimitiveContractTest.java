package io.rdpg.plan.step.builtin;

import static io.rdpg.plan.testing.Failing.diagnosticOf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Diagnostic;
import io.rdpg.plan.language.diagnostic.Failure;
import io.rdpg.plan.language.diagnostic.Span;
import io.rdpg.plan.language.model.Signature;
import io.rdpg.plan.language.model.Signature.Role;
import io.rdpg.plan.language.model.Text;
import io.rdpg.plan.language.model.Value;
import io.rdpg.plan.step.Args;
import io.rdpg.plan.step.Diff;
import io.rdpg.plan.step.Effect;
import io.rdpg.plan.step.Primitive;
import io.rdpg.plan.step.Read;
import io.rdpg.plan.step.Resource;
import io.rdpg.plan.step.builtin.Fixtures.Fixture;
import io.rdpg.plan.step.builtin.Fixtures.Kind;
import io.rdpg.plan.target.Account;
import io.rdpg.plan.target.Cancellation;
import io.rdpg.plan.testing.MemoryTarget;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What every primitive keeps to. A new one only needs a fixture. */
class PrimitiveContractTest {
  private static final String HIDDEN = "hidden-word";
  private static final Span ELSEWHERE = new Span("elsewhere.yml", 7, 3, "");

  static List<Fixture> fixtures() {
    return Fixtures.ALL;
  }

  static Stream<Fixture> acting() {
    return Fixtures.ALL.stream().filter(fixture -> fixture.kind() == Kind.ACTS);
  }

  static Stream<Signature> signatures() {
    return Primitives.signatures().values().stream();
  }

  @Test
  void every_primitive_has_a_fixture_with_every_argument() {
    Map<String, Set<String>> used = new LinkedHashMap<>();
    for (Fixture fixture : Fixtures.ALL) {
      used.computeIfAbsent(fixture.primitive(), _ -> new LinkedHashSet<>())
          .addAll(StepArguments.arguments(fixture.primitive(), fixture.yaml()).entries().keySet());
    }
    used.values().forEach(names -> names.add("always")); // never in sync, so in no fixture
    Map<String, Set<String>> documented = new LinkedHashMap<>();
    Primitives.all()
        .forEach((name, primitive) -> {
          Set<String> names =
              primitive.signature().arguments().stream()
                  .map(Signature.Argument::name)
                  .collect(Collectors.toCollection(LinkedHashSet::new));
          names.add("always");
          documented.put(name, names);
        });
    assertThat(used).isEqualTo(documented);
  }

  @ParameterizedTest
  @MethodSource("signatures")
  void its_documentation_is_whole(Signature signature) {
    assertThat(signature.summary()).isNotBlank();
    assertThat(signature.inSync()).isNotBlank();
    assertThat(signature.example()).contains(signature.name() + ":");
    List<String> names = signature.arguments().stream().map(Signature.Argument::name).toList();
    assertThat(names).doesNotHaveDuplicates();
    assertThat(signature.arguments()).noneMatch(argument -> argument.meaning().isBlank());
    for (Signature.Rule rule : signature.rules()) {
      assertThat(names)
          .containsAll(
              switch (rule) {
                case Signature.ExactlyOne one -> one.names();
                case Signature.AtMostOne one -> one.names();
                case Signature.Needs needs -> List.of(needs.name(), needs.needed());
                case Signature.NeedsFor needs -> List.of(needs.name(), needs.needed());
                case Signature.OnlyFor only -> List.of(only.name(), only.other());
              });
    }
  }

  /** The run asks it by its want, proofs by its arguments, pictures by its signature. */
  @ParameterizedTest
  @MethodSource("fixtures")
  void who_waits_has_a_deadline(Fixture fixture) {
    Case<?> one = Case.of(fixture);
    Value.Mapping arguments = StepArguments.arguments(fixture.primitive(), fixture.yaml());
    boolean waits = one.primitive.signature().argument(Role.DEADLINE).isPresent();
    assertThat(one.waits().isPresent()).isEqualTo(waits);
    assertThat(one.primitive.awaits(new Args(arguments)).isPresent()).isEqualTo(waits);
  }

  /** So its author has nothing to add by {@code touches}. */
  @ParameterizedTest
  @MethodSource("fixtures")
  void who_names_resources_touches_and_reads_no_others(Fixture fixture) {
    Case<?> one = Case.of(fixture);
    Value.Mapping arguments = StepArguments.arguments(fixture.primitive(), fixture.yaml());
    if (one.primitive.signature().given(Role.RESOURCE, arguments).findAny().isPresent()) {
      Stream<Resource> reads = one.reads().stream().flatMap(read -> read.sees().stream());
      assertThat(
              Stream.concat(reads, one.primitive.mayTouch(new Args(arguments)).stream()).toList())
          .doesNotContain(new Resource.Anything(), Resource.InPostgres.ANYTHING);
    }
  }

  /** A third party's primitive is then treated as ours are. */
  @Test
  void nobody_else_asks_for_a_primitive_by_its_name() throws IOException {
    List<String> names =
        Primitives.all().keySet().stream()
            .filter(name -> name.contains("_"))
            .map(name -> '"' + name + '"')
            .toList();
    for (String module : List.of("engine", "lab", "cli", "junit")) {
      Path main = Path.of("..", module, "src/main/java");
      try (Stream<Path> sources = Files.walk(main)) {
        assertThat(sources.filter(file -> Files.isRegularFile(file) && !isBuiltin(file)))
            .isNotEmpty()
            .allSatisfy(file ->
                assertThat(Files.readString(file))
                    .as("%s", file)
                    .doesNotContain(names.toArray(String[]::new)));
      }
    }
  }

  private static boolean isBuiltin(Path source) {
    return source.toString().contains("/step/builtin/");
  }

  @ParameterizedTest
  @MethodSource("fixtures")
  void the_same_arguments_give_the_same_want_and_the_same_looks(Fixture fixture) {
    Case<?> one = Case.of(fixture);
    Case<?> other = Case.of(fixture);
    assertThat(one.want).isEqualTo(other.want);
    assertThat(one.reads()).isEqualTo(other.reads());
  }

  @ParameterizedTest
  @MethodSource("fixtures")
  void it_finds_out_what_there_is_to_do(Fixture fixture) {
    Case<?> one = Case.of(fixture);
    switch (fixture.kind()) {
      case ACTS -> {
        assertThat(one.diff()).isInstanceOf(Diff.Change.class);
        one.perform();
      }
      case WAITS -> {
        assertThat(one.diff()).isInstanceOf(Diff.NotYet.class);
        assertThat(one.waits()).isPresent();
        fixture.comes().accept(one.target);
      }
      case READS -> {}
    }
    assertThat(one.diff()).isInstanceOf(Diff.InSync.class);
    assertThat(one.diff()).isEqualTo(one.diff());
  }

  @ParameterizedTest
  @MethodSource("acting")
  void the_second_time_there_is_nothing_left_to_do(Fixture fixture) {
    Case<?> one = Case.of(fixture);
    one.perform();
    int performed = one.target.performed().size();
    one.perform();
    assertThat(one.target.performed()).hasSize(performed);
  }

  @ParameterizedTest
  @MethodSource("acting")
  void each_effect_touches_what_a_look_sees(Fixture fixture) {
    Case<?> one = Case.of(fixture);
    for (Effect effect : ((Diff.Change) one.diff()).effects()) {
      assertThat(one.reads()).as("looks that see %s", effect).anyMatch(read -> sees(read, effect));
    }
  }

  /** Also where nothing of its arguments is known: previews rely on it. */
  @ParameterizedTest
  @MethodSource("acting")
  void each_effect_touches_what_the_primitive_says_that_it_may_touch(Fixture fixture) {
    Case<?> one = Case.of(fixture);
    Value.Mapping arguments = StepArguments.arguments(fixture.primitive(), fixture.yaml());
    Args nothing = new Args(new Value.Mapping(Map.of(), arguments.at()));
    for (Effect effect : ((Diff.Change) one.diff()).effects()) {
      for (Args known : List.of(new Args(arguments), nothing)) {
        Set<Resource> may = primitive(fixture).mayTouch(known);
        assertThat(effect.touches())
            .as("what %s touches, of %s", effect, may)
            .allMatch(thing -> may.stream().anyMatch(thing::concerns));
      }
    }
  }

  private static boolean sees(Read<?> read, Effect effect) {
    return read.sees().stream()
        .anyMatch(seen -> effect.touches().stream().anyMatch(seen::concerns));
  }

  @ParameterizedTest
  @MethodSource("acting")
  void whoever_was_killed_between_two_effects_goes_on_from_there(Fixture fixture) {
    int effects = ((Diff.Change) Case.of(fixture).diff()).effects().size();
    for (int done = 0; done < effects; done++) {
      Case<?> one = Case.of(fixture);
      one.target.killAtPerform(done);
      assertThatThrownBy(one::perform).isInstanceOf(MemoryTarget.Killed.class);
      one.target.revive();
      one.perform();
      assertThat(one.diff()).isInstanceOf(Diff.InSync.class);
    }
  }

  @ParameterizedTest
  @MethodSource("fixtures")
  void a_value_of_a_wrong_type_is_told_at_its_place(Fixture fixture) {
    Value.Mapping right = StepArguments.arguments(fixture.primitive(), fixture.yaml());
    Primitive<?> primitive = primitive(fixture);
    for (Signature.Argument argument : primitive.signature().arguments()) {
      Value.Entry entry = right.entries().get(argument.name());
      if (entry == null) {
        continue;
      }
      Args wrong = new Args(with(right, argument.name(), wrong(argument.kind())));
      Diagnostic failure = diagnosticOf(() -> primitive.decode(wrong));
      assertThat(failure.code())
          .as("decoding a wrong %s", argument.name())
          .isEqualTo(Code.BAD_ARGUMENT_VALUE);
      assertThat(failure.at()).isEqualTo(ELSEWHERE);
      assertThat(failure.message()).contains("'" + argument.name() + "'");
    }
  }

  private static Value wrong(Signature.Kind kind) {
    Value nothing = new Value.Nothing(ELSEWHERE);
    return switch (kind) {
      case MAP -> new Value.Seq(List.of(nothing), ELSEWHERE);
      case TEXT, BOOL, INT, DURATION, MODE, LIST, EXPRESSION, TEMPLATE_FILE, ANY ->
          new Value.Mapping(Map.of("a", new Value.Entry(ELSEWHERE, nothing)), ELSEWHERE);
    };
  }

  /** A secret in any place is refused, or shown nowhere. */
  @ParameterizedTest
  @MethodSource("fixtures")
  void no_secret_is_shown(Fixture fixture) {
    Value.Mapping plain = StepArguments.arguments(fixture.primitive(), fixture.yaml());
    for (String name : plain.entries().keySet()) {
      for (Value hiding : hiding(Objects.requireNonNull(plain.get(name)))) {
        Args args = new Args(with(plain, name, hiding));
        assertThat(said(fixture, args)).as("with a secret %s", name).doesNotContain(HIDDEN);
      }
    }
  }

  private static String said(Fixture fixture, Args args) {
    try {
      Case<?> one = Case.of(fixture, args);
      one.target.consul().set("k", HIDDEN);
      List<Object> said = new ArrayList<>(List.of(one.want, args));
      one.reads().forEach(read -> said.add(read.describe()));
      said.add(one.reads());
      said.add(shown(one.diff()));
      return said.toString();
    } catch (Failure failure) {
      return failure.diagnostic().toString();
    }
  }

  /** A difference in the words that come out of it: what it registers goes through templates. */
  private static String shown(Diff diff) {
    return switch (diff) {
      case Diff.Change change ->
          List.of(
                  change.because(),
                  String.valueOf(change.detail()),
                  change.effects(),
                  change.effects().stream().map(Effect::target).toList(),
                  redacted(change.registered()))
              .toString();
      case Diff.InSync inSync -> inSync.because() + redacted(inSync.registered());
      case Diff.NotYet notYet -> notYet.missing();
      case Diff.Refused refused -> refused.message() + refused.hint();
    };
  }

  private static String redacted(Map<String, @Nullable Object> registered) {
    return Text.marked(registered.toString()).toString();
  }

  /** The value with each of the single values in it made a secret in turn. */
  private static List<Value> hiding(Value value) {
    return switch (value) {
      case Value.Seq seq -> {
        List<Value> all = new ArrayList<>();
        for (int i = 0; i < seq.items().size(); i++) {
          for (Value hiding : hiding(seq.items().get(i))) {
            List<Value> items = new ArrayList<>(seq.items());
            items.set(i, hiding);
            all.add(new Value.Seq(items, seq.at()));
          }
        }
        yield all;
      }
      case Value.Mapping map -> {
        List<Value> all = new ArrayList<>();
        map.entries()
            .forEach((key, entry) ->
                hiding(entry.value()).forEach(hiding -> all.add(with(map, key, hiding))));
        yield all;
      }
      case Value.Str _, Value.Num _, Value.Bool _, Value.Nothing _ ->
          List.of(new Value.Str(Text.secret(HIDDEN).marked(), value.at()));
    };
  }

  private static Value.Mapping with(Value.Mapping map, String key, Value value) {
    Map<String, Value.Entry> entries = new LinkedHashMap<>(map.entries());
    entries.put(key, new Value.Entry(value.at(), value));
    return new Value.Mapping(entries, map.at());
  }

  private static Primitive<?> primitive(Fixture fixture) {
    return Objects.requireNonNull(Primitives.all().get(fixture.primitive()));
  }

  /** A fixture's primitive in a world of its own. */
  private static final class Case<W> {
    final Primitive<W> primitive;
    final W want;
    final MemoryTarget target = new MemoryTarget();

    private Case(Primitive<W> primitive, Args args) {
      this.primitive = primitive;
      this.want = primitive.decode(args);
    }

    static <W> Case<W> of(Fixture fixture) {
      return of(fixture, new Args(StepArguments.arguments(fixture.primitive(), fixture.yaml())));
    }

    @SuppressWarnings("unchecked") // nothing is done with a want but giving it back
    static <W> Case<W> of(Fixture fixture, Args args) {
      Case<W> one = new Case<>((Primitive<W>) primitive(fixture), args);
      fixture.prepare().accept(one.target);
      return one;
    }

    List<Read<?>> reads() {
      return primitive.reads(want);
    }

    Optional<?> waits() {
      return primitive.waits(want);
    }

    Diff diff() {
      return primitive.diff(
          want, target.read(Account.ofLogin(Fixtures.NODE), reads(), new Cancellation()));
    }

    void perform() {
      if (diff() instanceof Diff.Change change) {
        change
            .effects()
            .forEach(effect ->
                target.perform(Account.ofLogin(Fixtures.NODE), effect, null, new Cancellation()));
      }
    }
  }
}
