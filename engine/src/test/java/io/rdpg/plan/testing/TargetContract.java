package io.rdpg.plan.testing;

import static io.rdpg.plan.testing.Failing.diagnosticOf;
import static org.assertj.core.api.Assertions.assertThat;

import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Diagnostic;
import io.rdpg.plan.language.model.Text;
import io.rdpg.plan.step.Effect;
import io.rdpg.plan.step.Observation;
import io.rdpg.plan.step.Read;
import io.rdpg.plan.target.Account;
import io.rdpg.plan.target.Cancellation;
import io.rdpg.plan.target.Locks;
import io.rdpg.plan.target.Target;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What the engine takes for granted of every world, the one in memory and the real one. */
public abstract class TargetContract {
  private static final Locks.Terms TERMS =
      new Locks.Terms(
          "contract/lock", Duration.ofSeconds(10), Duration.ofMillis(300), Duration.ZERO);

  private final String unique = UUID.randomUUID().toString();
  private final String key = "contract/" + unique;

  /** A world with a node that knows the commands {@code true} and {@code false}. */
  protected abstract Target target();

  protected abstract String node();

  /** A directory of the node, empty at first. */
  protected abstract String directory();

  // --- keys ---

  @Test
  void a_key_is_set_and_removed() {
    assertThat(read(new Read.Key(key))).isEqualTo(new Observation.NoKey());
    perform(put("größer", null));
    Observation.KeyValue there = value();
    assertThat(there.value()).isEqualTo(Text.plain("größer"));
    assertThat(there.index()).isPositive();
    perform(new Effect.DeleteKey(key, there.index()));
    assertThat(read(new Read.Key(key))).isEqualTo(new Observation.NoKey());
  }

  @Test
  void a_claim_is_only_made_on_an_absent_key_and_losing_is_no_failure() {
    assertThat(perform(put("first", 0L))).isTrue();
    assertThat(perform(put("second", 0L))).isFalse();
    assertThat(value().value()).isEqualTo(Text.plain("first"));
  }

  @Test
  void compare_and_set_needs_the_present_index() {
    perform(put("a", null));
    long stale = value().index();
    assertThat(perform(put("b", stale))).isTrue();
    assertThat(value().value()).isEqualTo(Text.plain("b"));
    assertThat(perform(put("c", stale))).isFalse();
    assertThat(value().value()).isEqualTo(Text.plain("b"));
    assertThat(perform(new Effect.DeleteKey(key, stale))).isFalse();
    assertThat(value().value()).isEqualTo(Text.plain("b"));
    Effect.DeleteKey delete = new Effect.DeleteKey(key, value().index());
    assertThat(perform(delete)).isTrue();
    assertThat(perform(delete)).isFalse();
  }

  @Test
  void a_lost_comparison_under_a_lock_is_told_too() {
    try (Locks.Held held = acquire(target().locks(node()), new ArrayList<>())) {
      assertThat(perform(put("first", 0L), held)).isTrue();
      assertThat(perform(put("second", 0L), held)).isFalse();
      Effect.DeleteKey delete = new Effect.DeleteKey(key, value().index());
      assertThat(perform(put("third", delete.ifIndex()), held)).isTrue();
      assertThat(perform(delete, held)).isFalse();
      assertThat(value().value()).isEqualTo(Text.plain("third"));
    }
  }

  // --- locks ---

  @Test
  void a_lock_is_held_by_one_and_guards_what_is_written_under_it() {
    List<Optional<String>> holders = new ArrayList<>();
    Locks locks = target().locks(node());
    Locks.Held held = acquire(locks, holders);
    assertThat(held.key()).isEqualTo(TERMS.key());
    assertThat(held.held()).isTrue();
    assertThat(holders).isEmpty();
    target().perform(Account.ofLogin(node()), put("under", null), held, new Cancellation());
    assertThat(value().value()).isEqualTo(Text.plain("under"));

    Diagnostic refused = diagnosticOf(() -> acquire(locks, holders).close());
    assertThat(refused.code()).isEqualTo(Code.LOCK_NOT_OBTAINED);
    assertThat(holders).isNotEmpty();

    held.close();
    assertThat(held.held()).isFalse();
    Diagnostic late =
        diagnosticOf(() ->
            target().perform(Account.ofLogin(node()), put("late", null), held, new Cancellation()));
    assertThat(late.code()).isEqualTo(Code.LOCK_LOST);
    assertThat(value().value()).isEqualTo(Text.plain("under"));
    acquire(locks, holders).close();
  }

  private static Locks.Held acquire(Locks locks, List<Optional<String>> holders) {
    return locks.acquire(TERMS, (holder, _) -> holders.add(holder), new Cancellation());
  }

  // --- services ---

  @Test
  void a_service_is_registered_and_taken_out() {
    String id = "s-" + unique;
    Read.Registered registered = new Read.Registered(id, id);
    Observation.Registration registration =
        new Observation.Registration(
            id,
            id,
            "10.1.2.3",
            5432,
            List.of("tag"),
            new Observation.Check("tcp", List.of("127.0.0.1:1"), "10s", "5s"));
    assertThat(read(registered)).isEqualTo(new Observation.NoRegistration());

    perform(new Effect.Register(registration));
    assertThat(read(registered)).isEqualTo(new Observation.Existing(registration));
    Eventually.holds(
        "the catalog knows it", () -> !read(new Read.Service(id)).instances().isEmpty());
    assertThat(read(new Read.Service(id)).instances())
        .singleElement()
        .satisfies(instance -> {
          assertThat(instance.id()).isEqualTo(id);
          assertThat(instance.address()).isEqualTo("10.1.2.3");
          assertThat(instance.port()).isEqualTo(5432);
          assertThat(instance.passing()).isFalse();
        });

    perform(new Effect.Deregister(id, id));
    assertThat(read(registered)).isEqualTo(new Observation.NoRegistration());
    perform(new Effect.Deregister(id, id));
  }

  // --- files ---

  @Test
  void a_file_is_as_it_was_written() {
    perform(write(directory() + "/" + unique + ".file", "one\n", 0640));
    Observation.File file = file(directory() + "/" + unique + ".file");
    assertThat(file.content()).isEqualTo(Text.plain("one\n"));
    assertThat(file.mode()).isEqualTo(0640);
    assertThat(read(new Read.FileAt(directory() + "/" + unique)))
        .isEqualTo(new Observation.NoFile());
    assertThat(read(new Read.FileAt(directory()))).isInstanceOf(Observation.OtherFile.class);
  }

  @Test
  void where_no_directory_is_no_file_can_be_written() {
    String none = directory() + "/none";
    assertThat(read(new Read.FileAt(none + "/file"))).isEqualTo(new Observation.NoDirectory(none));
    assertThat(read(new Read.Configuration("s", List.of(), none + "/stamp", null)).stampDirectory())
        .isEqualTo(none);
    assertThat(read(new Read.Configuration("s", List.of(), none, null)).stampDirectory()).isNull();
    Diagnostic refused = diagnosticOf(() -> perform(write(none + "/file", "x", null)));
    assertThat(refused.code()).isEqualTo(Code.FILE_FAILED);
  }

  @Test
  void what_is_not_said_of_a_file_stays_as_it_is() {
    String path = directory() + "/" + unique;
    perform(write(path, "one", 0600));
    Observation.File before = file(path);
    perform(write(path, "two", null));
    assertThat(file(path))
        .isEqualTo(
            new Observation.File(Text.plain("two"), before.owner(), before.group(), before.mode()));
  }

  @Test
  void a_reload_leaves_a_stamp_of_what_was_loaded() {
    String path = directory() + "/" + unique;
    String stamp = path + ".loaded";
    Read.Configuration read = new Read.Configuration("s", List.of(path), stamp, null);
    assertThat(read(read).missing()).containsExactly(path);
    assertThat(read(read).changed()).isNull();

    perform(write(path, "one", null));
    Observation.ConfigurationState written = read(read);
    assertThat(written.missing()).isEmpty();
    assertThat(written.stamp()).isNull();

    perform(
        new Effect.Reload(
            "s",
            new Effect.How.Command(List.of(Text.plain("true"))),
            new Effect.Stamp(stamp, written.hash(), null, false, TestDeadlines.SOON)));
    Observation.ConfigurationState loaded = read(read);
    assertThat(loaded.stamp()).isEqualTo(written.hash());
    assertThat(loaded.hash()).isEqualTo(written.hash());
    assertThat(loaded.stamped()).isAfterOrEqualTo(loaded.changed());

    perform(write(path, "two", null));
    assertThat(read(read).hash()).isNotEqualTo(written.hash());
    assertThat(read(read).stamp()).isEqualTo(written.hash());
  }

  // --- commands and queries ---

  @Test
  void a_command_that_only_reads_tells_how_it_ended() {
    assertThat(read(probe("true")).exit()).isZero();
    assertThat(read(probe("false")).exit()).isEqualTo(1);
  }

  @Test
  void a_query_in_a_database_that_is_not_there_has_no_place() {
    assertThat(read(new Read.Query("not_there", Text.plain("SELECT 1"))))
        .isInstanceOf(Observation.NoPlace.class);
  }

  @Test
  void looks_are_answered_together() {
    Read.Key one = new Read.Key(key);
    Read.FileAt other = new Read.FileAt(directory() + "/none");
    var observations =
        target().read(Account.ofLogin(node()), List.of(one, other, one), new Cancellation());
    assertThat(observations.of(one)).isEqualTo(new Observation.NoKey());
    assertThat(observations.of(other)).isEqualTo(new Observation.NoFile());
  }

  // --- cancellation ---

  @Test
  void who_is_cancelled_neither_looks_nor_acts() {
    Cancellation cancelled = new Cancellation();
    cancelled.cancel(Diagnostic.of(Code.INTERRUPTED, "interrupted"));
    Diagnostic looking =
        diagnosticOf(
            () -> target().read(Account.ofLogin(node()), List.of(new Read.Key(key)), cancelled));
    assertThat(looking.code()).isEqualTo(Code.INTERRUPTED);
    for (Effect effect :
        List.of(
            put("x", null),
            write(directory() + "/" + unique, "x", null),
            new Effect.RunSql("postgres", Text.plain("SELECT 1"), List.of(), true, Set.of()),
            new Effect.RunCommand(List.of(Text.plain("true")), null, Map.of()))) {
      Diagnostic acting =
          diagnosticOf(() -> target().perform(Account.ofLogin(node()), effect, null, cancelled));
      assertThat(acting.code()).as(effect.kind().word()).isEqualTo(Code.INTERRUPTED);
    }
    assertThat(read(new Read.Key(key))).isEqualTo(new Observation.NoKey());
    assertThat(read(new Read.FileAt(directory() + "/" + unique)))
        .isEqualTo(new Observation.NoFile());
  }

  // --- the way to it ---

  private <A extends Observation> A read(Read<A> read) {
    return target().read(Account.ofLogin(node()), List.of(read), new Cancellation()).of(read);
  }

  private boolean perform(Effect effect) {
    return perform(effect, null);
  }

  private boolean perform(Effect effect, Locks.@Nullable Held lock) {
    return target().perform(Account.ofLogin(node()), effect, lock, new Cancellation());
  }

  private Effect put(String value, @Nullable Long ifIndex) {
    return new Effect.PutKey(key, Text.plain(value), ifIndex);
  }

  private Observation.KeyValue value() {
    return (Observation.KeyValue) read(new Read.Key(key));
  }

  private Observation.File file(String path) {
    return (Observation.File) read(new Read.FileAt(path));
  }

  private static Effect write(String path, String content, @Nullable Integer mode) {
    return new Effect.WriteFile(path, Text.plain(content), null, null, mode, List.of());
  }

  private static Read.Probe probe(String command) {
    return new Read.Probe(List.of(Text.plain(command)), Map.of());
  }
}
