package io.rdpg.plan.step;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The difference between what the author wants and the observations. */
public sealed interface Diff {

  /**
   * Nothing to do.
   *
   * @param because one phrase that says why, such as "content, owner and mode are equal"
   * @param registered the fields for {@code register}: strings (marked where secret), numbers,
   *     booleans, lists and maps of those
   */
  record InSync(String because, Map<String, @Nullable Object> registered) implements Diff {
    public InSync(String because) {
      this(because, Map.of());
    }
  }

  /**
   * These effects, in this order, would close the difference.
   *
   * @param because one phrase that says what differs
   * @param detail the difference for {@code --diff}, unified for files; null when there is none to
   *     show; without secrets
   * @param lookAgain whether reading again can show that it worked; false for statements that
   *     always run
   * @param registered the fields for {@code register} as they are expected to be afterwards, for a
   *     preview; after an apply those of the second read count, if there is one
   */
  record Change(
      List<Effect> effects,
      String because,
      @Nullable String detail,
      boolean lookAgain,
      Map<String, @Nullable Object> registered)
      implements Diff {
    public Change {
      effects = List.copyOf(effects);
    }

    /** One effect that reading again can show. */
    public Change(Effect effect, String because, @Nullable String detail) {
      this(List.of(effect), because, detail, true, Map.of());
    }
  }

  /**
   * A wait whose condition does not hold yet.
   *
   * @param missing what is still missing, one phrase
   * @param addresses of the nodes that are to do it; empty when it isn't known which
   */
  record NotYet(String missing, Set<String> addresses) implements Diff {
    public NotYet {
      addresses = Set.copyOf(addresses);
    }

    public NotYet(String missing) {
      this(missing, Set.of());
    }

    /** The same, when these nodes are to do something for it too. */
    public NotYet by(Collection<String> others) {
      return others.isEmpty()
          ? this
          : new NotYet(
              missing,
              Stream.concat(addresses.stream(), others.stream())
                  .collect(Collectors.toUnmodifiableSet()));
    }
  }

  /** The step can't be done, whatever is performed. */
  record Refused(io.rdpg.plan.language.diagnostic.Code code, String message, @Nullable String hint)
      implements Diff {}
}
