package io.rdpg.plan.reference;

import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Suggestions;
import io.rdpg.plan.language.model.Key;
import io.rdpg.plan.language.model.Keys;
import io.rdpg.plan.language.model.Signature;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The pages of {@code explain}: a primitive, a key, an argument, or a page by its name.
 *
 * @param primitives what steps can name, by name
 */
public record ExplainPages(Map<String, Signature> primitives) {
  /** What there is to ask for. */
  public String contents() {
    return PrimitiveReference.list(primitives.values());
  }

  /** The page of a word; empty for an unknown one. */
  public Optional<String> of(String word) {
    return switch (word) {
      case "plan" -> Optional.of(KeyReference.plan());
      case "step" -> Optional.of(KeyReference.step());
      case "events" -> Optional.of(EventReference.markdown());
      default -> {
        List<String> pages = pages(word);
        yield pages.isEmpty() ? Optional.empty() : Optional.of(String.join("\n", pages));
      }
    };
  }

  /** The same as a part of the docs; empty where the docs have no such part. */
  public Optional<String> markdown(String word) {
    return switch (word) {
      case "plan" -> Optional.of(KeyReference.planTable());
      case "step" -> Optional.of(KeyReference.stepTable());
      case "events" -> Optional.of(EventReference.markdown());
      default -> Optional.empty();
    };
  }

  private List<String> pages(String word) {
    List<String> pages = new ArrayList<>();
    Signature signature = primitives.get(word);
    if (signature != null) {
      pages.add(PrimitiveReference.text(signature));
    }
    Keys.PLAN.stream()
        .filter(key -> key.name().equals(word))
        .forEach(key -> pages.add(KeyReference.text("a plan", key)));
    for (List<Key> keys : List.of(Keys.STEP, Keys.DEEDS)) {
      keys.stream()
          .filter(key -> key.name().equals(word))
          .forEach(key -> pages.add(KeyReference.text("a step", key)));
    }
    for (Signature owner : primitives.values()) {
      owner.arguments().stream()
          .filter(argument -> argument.name().equals(word))
          .forEach(argument -> pages.add(PrimitiveReference.text(owner, argument)));
    }
    return pages;
  }

  /** A hint for an unknown word. */
  public String hint(String word) {
    Set<String> all = new LinkedHashSet<>(words());
    primitives
        .values()
        .forEach(signature -> signature.arguments().forEach(argument -> all.add(argument.name())));
    return Suggestions.didYouMean(word, all)
        .orElseGet(() -> Suggestions.hint(word, primitives.keySet()));
  }

  /** What is worth asking for, for completion: primitives, keys, pages. */
  public List<String> words() {
    Set<String> words = new LinkedHashSet<>(primitives.keySet());
    words.addAll(List.of("plan", "step", "events"));
    words.addAll(Key.names(Keys.PLAN));
    words.addAll(Key.names(Keys.STEP));
    words.addAll(Key.names(Keys.DEEDS));
    Code.RULES.forEach(rule -> words.add(rule.word()));
    return List.copyOf(words);
  }
}
